package main

import (
	"errors"
	"time"

	"github.com/golang-jwt/jwt"
)

// golang-jwt: a parser with a list of valid methods, registered claims, and their Verify methods.
//
// There is none for the value of `sub`, and no leeway; a policy with one is not followed. The library
// reads PEM and no JWK.
func main() {
	serve(library{
		name:   "golang-jwt",
		url:    "https://github.com/golang-jwt/jwt",
		layers: []string{"jws", "jwt"},
		algorithms: []string{
			"HS256", "HS384", "HS512", "RS256", "RS384", "RS512", "PS256", "PS384", "PS512",
			"ES256", "ES384", "ES512", "EdDSA",
		},
		keyFormats: []string{"pkcs8", "pkcs1", "sec1", "secret"},
		takesPEM:   true,
		verify:     verify,
		build:      build,
	})
}

func verify(c call, k key) error {
	jwt.TimeFunc = func() time.Time { return c.now }
	claims := jwt.RegisteredClaims{}
	parser := jwt.NewParser(jwt.WithValidMethods(c.algorithms))
	_, err := parser.ParseWithClaims(c.token, &claims, func(t *jwt.Token) (any, error) {
		return verifyingKey(t.Method, k)
	})
	if err != nil {
		return err
	}
	if !claims.VerifyExpiresAt(c.now, true) {
		return jwt.ErrTokenExpired
	}
	if !claims.VerifyIssuer(c.clientID, true) {
		return jwt.ErrTokenInvalidIssuer
	}
	for _, audience := range c.policy.Audience {
		if claims.VerifyAudience(audience, true) {
			return nil
		}
	}
	return jwt.ErrTokenInvalidAudience
}

func verifyingKey(method jwt.SigningMethod, k key) (any, error) {
	if k.Secret != nil {
		return []byte(*k.Secret), nil
	}
	switch method.(type) {
	case *jwt.SigningMethodRSA, *jwt.SigningMethodRSAPSS:
		return jwt.ParseRSAPublicKeyFromPEM([]byte(k.PEM))
	case *jwt.SigningMethodECDSA:
		return jwt.ParseECPublicKeyFromPEM([]byte(k.PEM))
	case *jwt.SigningMethodEd25519:
		return jwt.ParseEdPublicKeyFromPEM([]byte(k.PEM))
	default:
		return nil, errors.New("no key for " + method.Alg())
	}
}

func build(o order) (string, error) {
	method := jwt.GetSigningMethod(o.algorithm)
	token := jwt.NewWithClaims(method, jwt.MapClaims(o.claims))
	if o.kid != "" {
		token.Header["kid"] = o.kid
	}
	if typ := o.typText(); typ != "" {
		token.Header["typ"] = typ
	} else if o.typ != nil {
		delete(token.Header, "typ")
	}
	signing, err := signingKey(method, o.key)
	if err != nil {
		return "", err
	}
	return token.SignedString(signing)
}

func signingKey(method jwt.SigningMethod, k key) (any, error) {
	if k.Secret != nil {
		return []byte(*k.Secret), nil
	}
	switch method.(type) {
	case *jwt.SigningMethodRSA, *jwt.SigningMethodRSAPSS:
		return jwt.ParseRSAPrivateKeyFromPEM([]byte(k.PEM))
	case *jwt.SigningMethodECDSA:
		return jwt.ParseECPrivateKeyFromPEM([]byte(k.PEM))
	case *jwt.SigningMethodEd25519:
		return jwt.ParseEdPrivateKeyFromPEM([]byte(k.PEM))
	default:
		return nil, errors.New("no key for " + method.Alg())
	}
}
