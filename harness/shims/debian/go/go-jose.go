package main

import (
	"encoding/json"
	"errors"

	"gopkg.in/square/go-jose.v2"
	"gopkg.in/square/go-jose.v2/jwt"
)

// go-jose: jwt.ParseSigned, Claims, ValidateWithLeeway.
//
// Not claimed: layer `key`, since of a JWK the library reads the key material and the `kid` only. It
// has no list of allowed algorithms, so its caller compares the header before the key is used. Of
// the audiences that are expected all must be there; a server with several names asks for each.
func main() {
	serve(library{
		name:   "go-jose",
		url:    "https://github.com/square/go-jose",
		layers: []string{"jws", "jwt"},
		algorithms: []string{
			"HS256", "HS384", "HS512", "RS256", "RS384", "RS512", "PS256", "PS384", "PS512",
			"ES256", "ES384", "ES512", "EdDSA",
		},
		keyFormats: []string{"jwk", "secret"},
		oneLeeway:  true,
		verify:     verify,
		build:      build,
	})
}

func verify(c call, k key) error {
	token, err := jwt.ParseSigned(c.token)
	if err != nil {
		return err
	}
	for _, header := range token.Headers {
		if !c.allows(header.Algorithm) {
			return errors.New("the algorithm is not allowed")
		}
	}
	material, err := material(k, "")
	if err != nil {
		return err
	}
	var claims jwt.Claims
	if err := token.Claims(material, &claims); err != nil {
		return err
	}
	for _, audience := range c.policy.Audience {
		expected := jwt.Expected{
			Issuer: c.clientID, Subject: c.clientID, Audience: jwt.Audience{audience}, Time: c.now,
		}
		if err = claims.ValidateWithLeeway(expected, c.leeway()); err != jwt.ErrInvalidAudience {
			return err
		}
	}
	return err
}

func build(o order) (string, error) {
	material, err := material(o.key, o.kid)
	if err != nil {
		return "", err
	}
	options := &jose.SignerOptions{}
	if typ := o.typText(); typ != "" {
		options.WithType(jose.ContentType(typ))
	}
	if o.kid != "" {
		options.WithHeader("kid", o.kid)
	}
	key := jose.SigningKey{Algorithm: jose.SignatureAlgorithm(o.algorithm), Key: material}
	signer, err := jose.NewSigner(key, options)
	if err != nil {
		return "", err
	}
	return jwt.Signed(signer).Claims(o.claims).CompactSerialize()
}

// material is the secret's octets, or the JWK, under another kid where one is given.
func material(k key, kid string) (any, error) {
	if k.Secret != nil {
		return []byte(*k.Secret), nil
	}
	var jwk jose.JSONWebKey
	if err := json.Unmarshal(k.JWK, &jwk); err != nil {
		return nil, err
	}
	if kid != "" {
		jwk.KeyID = kid
	}
	return jwk, nil
}
