# frozen_string_literal: true

require 'json'
require 'openssl'
require 'securerandom'

# The process protocol, version 1, for libraries in Ruby. A library's file has an adapter with
#
#   ABOUT               its description, for the hello below
#   DOCUMENTED          the exceptions that the library documents: it rejects or declines
#   verify(call, key)   hands the assertion to the library; returning is accepting
#   build(order)        returns the assertion
#
# and ends with `Shim.run(Adapter)`. Any other exception is the library's fault and answered as such.
module Shim
  # A request that the library cannot be asked.
  Unsupported = Class.new(StandardError)
  # An objection of the caller itself, before the library is asked.
  Objection = Class.new(StandardError)

  # One assertion of a registered client. `algorithms` are those that policy, client and library
  # have in common.
  Call = Struct.new(:token, :client_id, :algorithms, :policy, keyword_init: true)

  # One assertion to be made. `key` has one of the members jwk, pem, secret. `typ` is `:default`
  # where none was asked for, and nil where there shall be none.
  Order = Struct.new(:claims, :algorithm, :key, :kid, :typ, keyword_init: true)

  module_function

  def run(adapter)
    Encoding.default_external = Encoding::UTF_8
    $stdout.binmode
    $stdin.binmode
    while (line = $stdin.gets("\n"))
      request = JSON.parse(line.force_encoding(Encoding::UTF_8))
      break if request['op'] == 'bye'

      $stdout.write(JSON.generate(answer(adapter, request)), "\n")
      $stdout.flush
    end
  end

  def answer(adapter, request)
    case request['op']
    when 'hello' then hello(adapter::ABOUT)
    when 'bench' then { seq: request['seq'], seconds: bench(adapter, request) }
    else { seq: request['seq'] }.merge(work(adapter, request))
    end
  end

  def hello(about)
    {
      protocol: 1,
      implementation: { name: about[:name], version: version(about[:package]),
                        language: "Ruby #{RUBY_VERSION}", toolchain: toolchain, url: about[:url] },
      roles: { verify: { layers: about[:layers] },
               build: { layers: %w[jws key jwt], fixed: [] } },
      methods: %w[client_secret_jwt private_key_jwt],
      algorithms: about[:algorithms],
      clock: 'system',
      key_formats: %w[jwk pkcs8 pkcs1 sec1 secret],
      bench: true
    }
  end

  def toolchain
    openssl = OpenSSL::OPENSSL_LIBRARY_VERSION.split[1]
    "Ruby #{RUBY_VERSION}, json #{JSON::VERSION}, OpenSSL #{openssl}"
  end

  # With Debian's revision, since that is where security fixes are.
  def version(package)
    IO.popen(['dpkg-query', '--show', '--showformat=${Version}', package], &:read)
  end

  def bench(adapter, request)
    start = Process.clock_gettime(Process::CLOCK_MONOTONIC)
    request['times'].times { work(adapter, request['request']) }
    Process.clock_gettime(Process::CLOCK_MONOTONIC) - start
  end

  def work(adapter, request)
    case request['op']
    when 'verify' then verify(adapter, request)
    when 'build' then { assertion: adapter.build(order(adapter::ABOUT, request)) }
    else { verdict: 'error', reason: 'no such operation' }
    end
  rescue Unsupported => e
    { verdict: 'unsupported', reason: e.message }
  rescue Objection => e
    { verdict: negative(request), reason: e.message }
  rescue *adapter::DOCUMENTED => e
    { verdict: negative(request), reason: text(e) }
  rescue StandardError, NotImplementedError, SystemStackError => e
    { verdict: 'error', reason: text(e) }
  end

  def negative(request)
    request['op'] == 'build' ? 'refused' : 'reject'
  end

  # The first line: Ruby adds the source of a NoMethodError below it.
  def text(exception)
    message = exception.message.dup.force_encoding(Encoding::UTF_8).scrub
    "#{exception.class}: #{message.lines.first.to_s.chomp}"
  end

  def verify(adapter, request)
    token = assertion(request['request'])
    client = choose_client(request, token)
    call = Call.new(token: token, client_id: client['client_id'], policy: request['policy'],
                    algorithms: algorithms(adapter::ABOUT, client, request['policy']))
    any_key(keys(client, token), adapter::DOCUMENTED) { |key| adapter.verify(call, key) }
    { verdict: 'accept', client_id: call.client_id }
  end

  # As a web framework hands it over: marked as UTF-8, whatever the bytes are.
  def assertion(parameters)
    encoded = parameters['client_assertion_base64']
    return encoded.unpack1('m').force_encoding(Encoding::UTF_8) if encoded

    parameters['client_assertion'] or raise Objection, 'there is no client assertion'
  end

  # An empty parameter is as good as none (RFC 6749 section 3.2).
  def choose_client(request, token)
    named = request['request']['client_id'].to_s
    named = unverified(token, 1)['sub'] if named.empty?
    request['clients'].find { |client| client['client_id'] == named } or
      raise Objection, 'the client is not registered'
  end

  def algorithms(about, client, policy)
    allowed = policy['algorithms'].select do |name|
      name.start_with?('HS') == (client['method'] == 'client_secret_jwt') &&
        [nil, name].include?(client['alg'])
    end
    raise Objection, 'the client is registered with no algorithm allowed here' if allowed.empty?

    known = allowed & about[:algorithms]
    raise Unsupported, "the library has none of #{allowed.join(', ')}" if known.empty?

    known
  end

  # The secret, or the JWKs that `kid` names, or all where it names none.
  def keys(client, token)
    return [client['secret']] if client['method'] == 'client_secret_jwt'

    set = client['jwks']
    keys = set.is_a?(Hash) && set['keys'].is_a?(Array) ? set['keys'].grep(Hash) : []
    kid = unverified(token, 0)['kid']
    named = keys.select { |key| kid && key['kid'] == kid }
    named.empty? ? keys : named
  end

  # Tries one key after another, as long as the library rejects with a documented exception.
  def any_key(keys, documented)
    reason = Objection.new('the client has no keys')
    keys.each do |key|
      return yield(key)
    rescue *documented => e
      reason = e
    end
    raise reason
  end

  # A segment read leniently, so that what is odd about it reaches the library.
  def unverified(token, segment)
    octets = token.b.split('.', -1)[segment].to_s.tr('-_', '+/').unpack1('m')
    object = JSON.parse(octets.force_encoding(Encoding::UTF_8))
    object.is_a?(Hash) ? object : {}
  rescue JSON::ParserError
    {}
  end

  # What both libraries' pages tell their users to read a PEM with.
  def read_pem(pem)
    OpenSSL::PKey.read(pem)
  rescue OpenSSL::PKey::PKeyError => e
    raise Objection, text(e)
  end

  # The claims as a user of a JWT library composes them; the registered ones win.
  def order(about, request)
    name = request['algorithm']
    raise Unsupported, "the library has no #{name}" unless about[:algorithms].include?(name)

    now = request['now']
    id = request['client_id']
    claims = request.fetch('claims', {}).merge(
      'iss' => id, 'sub' => id, 'aud' => request['audience'], 'jti' => SecureRandom.uuid,
      'iat' => now, 'exp' => now + request['lifetime']
    )
    key = request['key']
    Order.new(claims: claims, algorithm: name, key: key, typ: request.fetch('typ', :default),
              kid: request['kid'] || (key['jwk'] || {})['kid'])
  end
end
