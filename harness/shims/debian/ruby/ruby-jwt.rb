# frozen_string_literal: true

require 'jwt'
require_relative 'loop'

# ruby-jwt: `JWT.decode` with every check that it has an option for.
#
# Not claimed: layer `key`, since of a JWK the library reads the key material and the `kid` only.
# ES256K is left out: the library knows the curve in PEM, but in a JWK not by its registered name.
# For Ed25519 it wants RbNaCl, which is another package.
module RubyJwt
  ABOUT = {
    name: 'ruby-jwt', package: 'ruby-jwt', url: 'https://github.com/jwt/ruby-jwt',
    layers: %w[jws jwt],
    algorithms: %w[HS256 HS384 HS512 RS256 RS384 RS512 PS256 PS384 PS512 ES256 ES384 ES512]
  }.freeze
  DOCUMENTED = [JWT::DecodeError, JWT::EncodeError, JWT::RequiredDependencyError].freeze

  module_function

  def verify(call, key)
    key = JWT::JWK.import(key).keypair if key.is_a?(Hash)
    policy = call.policy
    JWT.decode(
      call.token, key, true,
      algorithms: call.algorithms,
      iss: call.client_id, verify_iss: true,
      sub: call.client_id, verify_sub: true,
      aud: policy['audience'], verify_aud: true,
      # There is no option for "a number, whatever its value".
      verify_iat: policy['iat'] == 'past',
      required_claims: %w[iss sub aud exp],
      exp_leeway: policy['clock_skew'], nbf_leeway: policy['future_skew']
    )
  end

  def build(order)
    headers = { typ: order.typ, kid: order.kid }.compact
    headers.delete(:typ) if order.typ == :default
    JWT.encode(order.claims, signing_key(order.key), order.algorithm, headers)
  end

  def signing_key(key)
    return JWT::JWK.import(key['jwk']).keypair if key['jwk']
    return Shim.read_pem(key['pem']) if key['pem']

    key['secret']
  end
end

Shim.run(RubyJwt)
