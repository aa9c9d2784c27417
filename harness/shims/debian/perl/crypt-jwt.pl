#!/usr/bin/perl

# Crypt::JWT: `decode_jwt` with every check that it has an option for.
#
# Not claimed: layer `key`, since of a JWK the module reads the key material and the `kid` only.
# `verify_aud` takes one value; a server with several names asks for each. It could be a sub
# instead, but then the comparison would be ours and not the module's.

use strict;
use warnings;

use FindBin qw();
use lib $FindBin::Bin;

use Crypt::JWT qw(decode_jwt encode_jwt);
use Loop;

Loop::run({
    about => {
        name       => 'Crypt::JWT',
        package    => 'libcrypt-jwt-perl',
        url        => 'https://metacpan.org/pod/Crypt::JWT',
        layers     => [qw(jws jwt)],
        algorithms => [
            qw(HS256 HS384 HS512 RS256 RS384 RS512 PS256 PS384 PS512 ES256 ES384 ES512 ES256K EdDSA)
        ],
    },
    # How the module, and CryptX below it, begin what they croak.
    documented => qr/^(?:JWT|JWS|JWE|FATAL): /,
    verify  => \&verify,
    build   => \&build,
});

sub verify {
    my ($call, $key) = @_;
    my $policy = $call->{policy};
    die { verdict => 'unsupported', reason => 'the module has one leeway for both directions' }
        if $policy->{clock_skew} != $policy->{future_skew};
    my @audiences = @{ $policy->{audience} };
    while (defined(my $audience = shift @audiences)) {
        my $claims = eval {
            decode_jwt(
                token          => $call->{token},
                key            => $key,
                accepted_alg   => $call->{algorithms},
                decode_payload => 1,
                verify_iss     => $call->{client_id},
                verify_sub     => $call->{client_id},
                verify_aud     => $audience,
                verify_exp     => 1,
                leeway         => $policy->{clock_skew},
                # Undefined means: not in the future, if present.
                ($policy->{iat} eq 'past' ? (verify_iat => undef) : ()),
            );
        };
        return $claims if defined $claims;
        die $@ unless @audiences && $@ =~ /^JWT: aud claim /;
    }
    return;
}

sub build {
    my ($order) = @_;
    my %header;
    $header{typ} = $order->{typ} if defined $order->{typ};
    $header{kid} = $order->{kid} if defined $order->{kid};
    return encode_jwt(
        payload       => $order->{claims},
        alg           => $order->{algorithm},
        key           => signing_key($order->{key}),
        extra_headers => \%header,
    );
}

# A PEM goes in by reference, a secret as octets, a JWK as it is.
sub signing_key {
    my ($key) = @_;
    return $key->{jwk} if $key->{jwk};
    return \$key->{pem} if defined $key->{pem};
    my $secret = $key->{secret};
    utf8::encode($secret);
    return $secret;
}
