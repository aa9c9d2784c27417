// openid-client: `PrivateKeyJwt` and `ClientSecretJwt`.

import * as library from 'openid-client';
import { runClientAuth } from './client-auth.mjs';

await runClientAuth('openid-client', 'https://github.com/panva/openid-client', library);
