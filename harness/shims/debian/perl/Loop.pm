package Loop;

# The process protocol, version 1, for libraries in Perl. A library's file calls
#
#   Loop::run({ about => {…}, verify => \&verify, build => \&build, documented => qr/…/ })
#
# verify($call, $key) hands the assertion to the library: returning is accepting. build($order)
# returns the assertion. An exception that matches `documented` is one by which the library rejects or
# declines; any other is the library's fault and answered as such.

use strict;
use warnings;

use CryptX ();
use JSON qw();
use MIME::Base64 qw(decode_base64 decode_base64url);
use Time::HiRes qw(clock_gettime CLOCK_MONOTONIC);

my $JSON = JSON->new->utf8->canonical;

sub run {
    my ($library) = @_;
    binmode STDIN;
    binmode STDOUT;
    local $| = 1;
    while (defined(my $line = <STDIN>)) {
        my $request = $JSON->decode($line);
        last if $request->{op} eq 'bye';
        print $JSON->encode(answer($library, $request)), "\n";
    }
    return;
}

sub answer {
    my ($library, $request) = @_;
    return hello($library->{about}) if $request->{op} eq 'hello';
    my $seq = $request->{seq};
    return { seq => $seq, seconds => bench($library, $request) } if $request->{op} eq 'bench';
    return { seq => $seq, %{ work($library, $request) } };
}

sub hello {
    my ($about) = @_;
    return {
        protocol       => 1,
        implementation => {
            name      => $about->{name},
            version   => version($about->{package}),
            language  => sprintf('Perl %vd', $^V),
            # CryptX brings its own copy of LibTomCrypt.
            toolchain => sprintf('Perl %vd, CryptX %s', $^V, CryptX->VERSION),
            url       => $about->{url},
        },
        roles       => {
            verify => { layers => $about->{layers} },
            build  => { layers => [qw(jws key jwt)], fixed => [] },
        },
        methods     => [qw(client_secret_jwt private_key_jwt)],
        algorithms  => $about->{algorithms},
        clock       => 'system',
        key_formats => [qw(jwk pkcs8 pkcs1 sec1 secret)],
        bench       => JSON::true,
    };
}

# With Debian's revision, since that is where security fixes are.
sub version {
    my ($package) = @_;
    open my $query, '-|', 'dpkg-query', '--show', '--showformat=${Version}', $package
        or die "dpkg-query: $!\n";
    return scalar <$query>;
}

sub bench {
    my ($library, $request) = @_;
    my $start = clock_gettime(CLOCK_MONOTONIC);
    work($library, $request->{request}) for 1 .. $request->{times};
    return clock_gettime(CLOCK_MONOTONIC) - $start;
}

# What is thrown as a hash is an answer that needs no library.
sub work {
    my ($library, $request) = @_;
    my $builds = $request->{op} eq 'build';
    return { verdict => 'error', reason => 'no such operation' }
        unless $builds || $request->{op} eq 'verify';
    my $answer = eval { $builds ? build($library, $request) : verify($library, $request) };
    return $answer if defined $answer;
    my $thrown = $@;
    return $thrown if ref $thrown eq 'HASH';
    my $refused = $builds ? 'refused' : 'reject';
    return { verdict => $thrown =~ $library->{documented} ? $refused : 'error', reason => text($thrown) };
}

# Without the place in the source, which would change the words with each edit.
sub text {
    my ($thrown) = @_;
    return "$thrown" =~ s/(?: at \S+ line \d+)?(?:, <STDIN> line \d+)?\.?\s*\z//r;
}

sub verify {
    my ($library, $request) = @_;
    my $token  = assertion($request->{request});
    my $client = choose_client($request, $token);
    my $call   = {
        token      => $token,
        client_id  => $client->{client_id},
        policy     => $request->{policy},
        algorithms => algorithms($library->{about}, $client, $request->{policy}),
    };
    my $last = { verdict => 'reject', reason => 'the client has no keys' };
    for my $key (keys_of($client, $token)) {
        return { verdict => 'accept', client_id => $client->{client_id} }
            if eval { $library->{verify}->($call, $key); 1 };
        # The next key is tried only after an exception that is documented.
        die $@ unless !ref $@ && $@ =~ $library->{documented};
        $last = $@;
    }
    die $last;
}

# The octets, as CGI and PSGI hand them over.
sub assertion {
    my ($parameters) = @_;
    return decode_base64($parameters->{client_assertion_base64})
        if defined $parameters->{client_assertion_base64};
    my $token = $parameters->{client_assertion};
    die { verdict => 'reject', reason => 'there is no client assertion' } unless defined $token;
    utf8::encode($token);
    return $token;
}

# An empty parameter is as good as none (RFC 6749 section 3.2).
sub choose_client {
    my ($request, $token) = @_;
    my $named = $request->{request}{client_id};
    $named = unverified($token, 1)->{sub} unless defined $named && length $named;
    if (defined $named && !ref $named) {
        for my $client (@{ $request->{clients} }) {
            return $client if $client->{client_id} eq $named;
        }
    }
    die { verdict => 'reject', reason => 'the client is not registered' };
}

# Those that policy, client and library have in common.
sub algorithms {
    my ($about, $client, $policy) = @_;
    my $secret  = $client->{method} eq 'client_secret_jwt';
    my @allowed = grep {
        (/^HS/ ? $secret : !$secret) && (!defined $client->{alg} || $client->{alg} eq $_)
    } @{ $policy->{algorithms} };
    die { verdict => 'reject', reason => 'the client is registered with no algorithm allowed here' }
        unless @allowed;
    my %known = map { $_ => 1 } @{ $about->{algorithms} };
    my @known = grep { $known{$_} } @allowed;
    die { verdict => 'unsupported', reason => "the library has none of @allowed" } unless @known;
    return \@known;
}

# The secret's octets, or the JWKs that `kid` names, or all where it names none.
sub keys_of {
    my ($client, $token) = @_;
    if ($client->{method} eq 'client_secret_jwt') {
        my $secret = $client->{secret};
        utf8::encode($secret);
        return $secret;
    }
    my $set   = $client->{jwks};
    my $keys  = ref $set eq 'HASH' ? $set->{keys} : undef;
    my @keys  = ref $keys eq 'ARRAY' ? grep { ref eq 'HASH' } @$keys : ();
    my $kid   = unverified($token, 0)->{kid};
    my @named = grep { defined $kid && defined $_->{kid} && $_->{kid} eq $kid } @keys;
    return @named ? @named : @keys;
}

# A segment read leniently, so that what is odd about it reaches the library.
sub unverified {
    my ($token, $segment) = @_;
    my $part   = (split /\./, $token, -1)[$segment] // '';
    my $object = eval { $JSON->decode(decode_base64url($part)) };
    return ref $object eq 'HASH' ? $object : {};
}

# The claims as a user of a JWT library composes them; the registered ones win.
sub build {
    my ($library, $request) = @_;
    my $name = $request->{algorithm};
    die { verdict => 'unsupported', reason => "the library has no $name" }
        unless grep { $_ eq $name } @{ $library->{about}{algorithms} };
    my $key    = $request->{key};
    my %claims = (
        %{ $request->{claims} // {} },
        iss => $request->{client_id},
        sub => $request->{client_id},
        aud => $request->{audience},
        jti => uuid(),
        iat => $request->{now},
        exp => $request->{now} + $request->{lifetime},
    );
    my %order = (
        claims    => \%claims,
        algorithm => $name,
        key       => $key,
        kid       => $request->{kid} // ($key->{jwk} // {})->{kid},
        # The member is absent where the library's default is asked for, undefined for none at all.
        (exists $request->{typ} ? (typ => $request->{typ}) : ()),
    );
    return { assertion => $library->{build}->(\%order) };
}

sub uuid {
    open my $random, '<:raw', '/dev/urandom' or die "/dev/urandom: $!\n";
    read($random, my $octets, 16) == 16 or die "/dev/urandom: $!\n";
    vec($octets, 6, 8) = vec($octets, 6, 8) & 0x0f | 0x40;
    vec($octets, 8, 8) = vec($octets, 8, 8) & 0x3f | 0x80;
    return join '-', unpack 'H8 H4 H4 H4 H12', $octets;
}

1;
