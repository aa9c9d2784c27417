# frozen_string_literal: true

require 'json/jwt'
require_relative 'loop'

# json-jwt: `JSON::JWT.decode` with the allowed algorithms.
#
# Claimed: layer `jws` alone. The library looks at no claim, and of a JWK at the key material only.
module JsonJwt
  ABOUT = {
    name: 'json-jwt', package: 'ruby-json-jwt', url: 'https://github.com/nov/json-jwt',
    layers: %w[jws],
    algorithms: %w[HS256 HS384 HS512 RS256 RS384 RS512 PS256 PS384 PS512 ES256 ES384 ES512 ES256K]
  }.freeze
  DOCUMENTED = [JSON::JWT::Exception].freeze

  module_function

  def verify(call, key)
    key = JSON::JWK.new(key) if key.is_a?(Hash)
    JSON::JWT.decode(call.token, key, call.algorithms.map(&:to_sym))
  end

  def build(order)
    jwt = JSON::JWT.new(order.claims)
    jwt.kid = order.kid if order.kid
    jwt.typ = order.typ unless order.typ == :default
    jwt.header.delete(:typ) if order.typ.nil?
    jwt.sign(signing_key(order.key), order.algorithm.to_sym).to_s
  end

  def signing_key(key)
    return JSON::JWK.new(key['jwk']) if key['jwk']
    return Shim.read_pem(key['pem']) if key['pem']

    key['secret']
  end
end

Shim.run(JsonJwt)
