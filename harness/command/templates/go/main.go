// An adapter: it lets jwt-assay judge a library, over the process protocol, version 1.
//
// As it stands it verifies and builds `client_secret_jwt` with HS256, by the standard library alone.
// To judge your library instead, change the code under each REPLACE, and keep to three rules:
//
//   - Only the library decides. Add no check of your own; claim in `layers` what the library
//     enforces.
//   - A rejection that the library documents is `reject`; any other fault is `error`, never a rejection.
//   - `unsupported` is only for what `hello` does not promise.
package main

import (
	"bufio"
	"bytes"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"runtime"
	"strings"
	"time"
	"unicode/utf8"
)

type object = map[string]any

// The compiler and its standard library, on which your library's answers may depend.
var goVersion = "Go " + strings.TrimPrefix(runtime.Version(), "go")

// REPLACE: the name of your library, and what it promises. Read the version from what is linked in, as with
// runtime/debug.ReadBuildInfo.
func hello() object {
	return object{
		"protocol": 1,
		"implementation": object{
			"name": "my-adapter", "version": "0.1.0",
			"language": goVersion, "toolchain": goVersion, "url": "",
		},
		"roles": object{
			// Of request, jws, key, jwt, assertion and state: those whose rules the library itself
			// enforces.
			"verify": object{"layers": []string{"jws", "jwt"}},
			// The same for a builder. `key` if the library declines keys that do not fit; `assertion`
			// if it, or code of yours that you ship, composes the claims, since without it no `jti` is
			// checked; `request` if it makes the token request, which is the answer then. `fixed`: of audience, claims, jti, kid, lifetime, now and typ, those that it
			// cannot be told.
			"build": object{"layers": []string{"jws", "jwt"}, "fixed": []string{}},
		},
		"methods":     []string{"client_secret_jwt"}, // and private_key_jwt
		"algorithms":  []string{"HS256"},
		"clock":       "given",            // "system" where the library cannot be given the time
		"key_formats": []string{"secret"}, // and jwk, pkcs8, pkcs1, sec1
		"bench":       true,
	}
}

// REPLACE: the errors that your library documents as rejections.
type rejection string

func (text rejection) Error() string { return string(text) }

// What hello does not promise.
type unsupported string

func (text unsupported) Error() string { return string(text) }

type policy struct {
	Algorithms []string `json:"algorithms"`
	Audience   []string `json:"audience"`
	ClockSkew  float64  `json:"clock_skew"`
	FutureSkew float64  `json:"future_skew"`
}

type client struct {
	ID     string `json:"client_id"`
	Method string `json:"method"`
	Alg    string `json:"alg"`
	Secret string `json:"secret"`
}

type message struct {
	Op      string          `json:"op"`
	Seq     *uint64         `json:"seq"`
	Now     float64         `json:"now"`
	Policy  policy          `json:"policy"`
	Clients []client        `json:"clients"`
	Request json.RawMessage `json:"request"`

	ClientID  string                   `json:"client_id"`
	Audience  string                   `json:"audience"`
	Method    string                   `json:"method"`
	Algorithm string                   `json:"algorithm"`
	Key       struct{ Secret *string } `json:"key"`
	Kid       *string                  `json:"kid"`
	Lifetime  float64                  `json:"lifetime"`
	Typ       json.RawMessage          `json:"typ"`
	Claims    object                   `json:"claims"`

	Times int `json:"times"`
}

type tokenRequest struct {
	Assertion       *string `json:"client_assertion"`
	AssertionBase64 *string `json:"client_assertion_base64"`
	ClientID        string  `json:"client_id"`
}

// The id of the client that was authenticated.
func verify(asked message) (string, error) {
	var request tokenRequest
	if err := json.Unmarshal(asked.Request, &request); err != nil {
		return "", err
	}
	token, err := assertion(request)
	if err != nil {
		return "", err
	}
	who, err := clientOf(asked.Clients, request, token)
	if err != nil {
		return "", err
	}
	if who.Method != "client_secret_jwt" {
		return "", unsupported("the method " + who.Method)
	}
	// The algorithms of the server, and of them the registered one where the client registered one.
	var allowed []string
	for _, alg := range asked.Policy.Algorithms {
		if who.Alg == "" || who.Alg == alg {
			allowed = append(allowed, alg)
		}
	}
	if asked.Policy.ClockSkew != asked.Policy.FutureSkew {
		return "", unsupported("one leeway for exp and another for nbf")
	}
	// REPLACE: call the library with token, key, algorithms, issuer, subject, audience, time, leeway.
	claims, err := decode(token, []byte(who.Secret), allowed)
	if err != nil {
		return "", err
	}
	return who.ID, check(claims, who.ID, asked.Policy.Audience, asked.Now, asked.Policy.ClockSkew)
}

// The assertion.
func build(order message) (string, error) {
	if order.Method != "client_secret_jwt" || order.Algorithm != "HS256" {
		return "", unsupported(order.Method + " with " + order.Algorithm)
	}
	if order.Key.Secret == nil {
		return "", unsupported("the key format")
	}
	header := object{"alg": order.Algorithm, "typ": "JWT"}
	switch { // `typ` absent: the builder's default; null: none.
	case string(order.Typ) == "null":
		delete(header, "typ")
	case order.Typ != nil:
		header["typ"] = order.Typ
	}
	if order.Kid != nil {
		header["kid"] = *order.Kid
	}
	id := make([]byte, 16)
	if _, err := rand.Read(id); err != nil {
		return "", err
	}
	claims := object{"jti": hex.EncodeToString(id)}
	for name, value := range order.Claims {
		claims[name] = value
	}
	claims["iss"], claims["sub"], claims["aud"] = order.ClientID, order.ClientID, order.Audience
	claims["iat"], claims["exp"] = int64(order.Now), int64(order.Now+order.Lifetime)
	// REPLACE: let the library sign.
	return encode(header, claims, []byte(*order.Key.Secret))
}

// A stand-in for the library. Delete it once your library is called.

func encode(header, claims object, secret []byte) (string, error) {
	if len(secret) < sha256.Size {
		return "", rejection("the secret is shorter than the hash")
	}
	var segments []string
	for _, part := range []object{header, claims} {
		text, err := json.Marshal(part)
		if err != nil {
			return "", err
		}
		segments = append(segments, base64.RawURLEncoding.EncodeToString(text))
	}
	signed := strings.Join(segments, ".")
	return signed + "." + base64.RawURLEncoding.EncodeToString(mac(signed, secret)), nil
}

func decode(token string, secret []byte, allowed []string) (object, error) {
	segments := strings.Split(token, ".")
	if len(segments) != 3 {
		return nil, rejection("not three segments")
	}
	var octets [3][]byte
	for index, segment := range segments {
		decoded, err := base64.RawURLEncoding.Strict().DecodeString(segment)
		// The decoder passes over line ends.
		if err != nil || strings.ContainsAny(segment, "\r\n") {
			return nil, rejection("not base64url without padding")
		}
		octets[index] = decoded
	}
	header, err := asObject(octets[0])
	if err != nil {
		return nil, err
	}
	claims, err := asObject(octets[1])
	if err != nil {
		return nil, err
	}
	if header["alg"] != "HS256" || !contains(allowed, "HS256") {
		return nil, rejection("not an algorithm that is allowed")
	}
	if _, has := header["crit"]; has {
		return nil, rejection("an extension that is not understood")
	}
	if !hmac.Equal(octets[2], mac(segments[0]+"."+segments[1], secret)) {
		return nil, rejection("the signature is wrong")
	}
	return claims, nil
}

func check(claims object, id string, audiences []string, now, leeway float64) error {
	if claims["iss"] != id || claims["sub"] != id {
		return rejection("iss and sub are not the client")
	}
	audience, isList := claims["aud"].([]any)
	if !isList {
		audience = []any{claims["aud"]}
	}
	isMeant := false
	for _, value := range audience {
		text, isText := value.(string)
		if !isText {
			return rejection("aud is not text")
		}
		isMeant = isMeant || contains(audiences, text)
	}
	if !isMeant {
		return rejection("aud is not this server")
	}
	if expires, err := number(claims["exp"]); err != nil || now >= expires+leeway {
		return rejection("expired, or without an exp that is a number")
	}
	if value, has := claims["nbf"]; has {
		if begins, err := number(value); err != nil || begins > now+leeway {
			return rejection("not valid yet, or nbf is not a number")
		}
	}
	if value, has := claims["iat"]; has {
		if _, err := number(value); err != nil {
			return err
		}
	}
	return nil
}

func asObject(text []byte) (object, error) {
	if !utf8.Valid(text) {
		return nil, rejection("not UTF-8")
	}
	var value object
	if err := json.Unmarshal(text, &value); err != nil || value == nil {
		return nil, rejection("not a JSON object")
	}
	return value, nil
}

func number(value any) (float64, error) {
	if number, isNumber := value.(float64); isNumber {
		return number, nil
	}
	return 0, rejection("not a NumericDate")
}

func mac(signed string, secret []byte) []byte {
	hash := hmac.New(sha256.New, secret)
	hash.Write([]byte(signed))
	return hash.Sum(nil)
}

func contains(all []string, one string) bool {
	for _, each := range all {
		if each == one {
			return true
		}
	}
	return false
}

// The protocol. Nothing below needs a change.

// The octets of the assertion; those that are no UTF-8 come in base64.
func assertion(request tokenRequest) (string, error) {
	if request.AssertionBase64 != nil {
		octets, err := base64.StdEncoding.DecodeString(*request.AssertionBase64)
		return string(octets), err
	}
	if request.Assertion == nil {
		return "", rejection("there is no client assertion")
	}
	return *request.Assertion, nil
}

// The client that `client_id` names, else the one that the unverified `sub` names.
func clientOf(clients []client, request tokenRequest, token string) (client, error) {
	named := request.ClientID
	if segments := strings.Split(token, "."); named == "" && len(segments) > 1 {
		octets, err := base64.RawURLEncoding.DecodeString(strings.TrimRight(segments[1], "="))
		var claims struct{ Sub any }
		if err == nil && json.Unmarshal(octets, &claims) == nil {
			named, _ = claims.Sub.(string)
		}
	}
	for _, each := range clients {
		if each.ID == named {
			return each, nil
		}
	}
	return client{}, rejection("the client is not registered")
}

func answer(asked message) (said object) {
	defer func() { // An undocumented fault is an error, and no rejection.
		if fault := recover(); fault != nil {
			said = object{"verdict": "error", "reason": fmt.Sprint("panic: ", fault)}
		}
	}()
	var err error
	switch asked.Op {
	case "hello":
		return hello()
	case "verify":
		var id string
		if id, err = verify(asked); err == nil {
			return object{"verdict": "accept", "client_id": id}
		}
	case "build":
		var token string
		if token, err = build(asked); err == nil {
			return object{"assertion": token}
		}
	case "bench":
		var inner message
		if err = json.Unmarshal(asked.Request, &inner); err == nil {
			start := time.Now()
			for times := 0; times < asked.Times; times++ {
				answer(inner)
			}
			return object{"seconds": time.Since(start).Seconds()}
		}
	default:
		err = unsupported("the operation " + asked.Op)
	}
	var rejected rejection
	var lacks unsupported
	switch {
	case errors.As(err, &lacks):
		return object{"verdict": "unsupported", "reason": err.Error()}
	case errors.As(err, &rejected) && asked.Op == "build":
		return object{"verdict": "refused", "reason": err.Error()}
	case errors.As(err, &rejected):
		return object{"verdict": "reject", "reason": err.Error()}
	}
	return object{"verdict": "error", "reason": err.Error()}
}

// Answers requests until `bye` or the end of input.
func serve(input io.Reader, output io.Writer) error {
	lines := bufio.NewReader(input)
	for {
		line, err := lines.ReadBytes('\n')
		if len(bytes.TrimSpace(line)) > 0 {
			var asked message
			said := object{"verdict": "error", "reason": "not a request"}
			if json.Unmarshal(line, &asked) == nil {
				if asked.Op == "bye" {
					return nil
				}
				said = answer(asked)
			}
			if asked.Seq != nil {
				said["seq"] = *asked.Seq
			}
			text, err := json.Marshal(said)
			if err != nil {
				return err
			}
			if _, err := output.Write(append(text, '\n')); err != nil {
				return err
			}
		}
		if err == io.EOF {
			return nil
		} else if err != nil {
			return err
		}
	}
}

func main() {
	// What a library prints goes to standard error: standard output is for answers.
	output := os.Stdout
	os.Stdout = os.Stderr
	if err := serve(os.Stdin, output); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}
