// oauth4webapi: `PrivateKeyJwt` and `ClientSecretJwt`.

import * as library from 'oauth4webapi';
import { runClientAuth } from './client-auth.mjs';

await runClientAuth('oauth4webapi', 'https://github.com/panva/oauth4webapi', library);
