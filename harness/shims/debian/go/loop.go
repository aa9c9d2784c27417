// The process protocol, version 1, for libraries in Go. It is built together with one library's file,
// which fills in a library and hands it to serve.
package main

import (
	"bufio"
	"bytes"
	"crypto/rand"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"runtime"
	"strings"
	"time"
)

type library struct {
	name       string
	url        string
	layers     []string
	algorithms []string
	keyFormats []string
	// takesPEM: verifies with `pems`, not with `jwks`.
	takesPEM bool
	// oneLeeway: for both directions.
	oneLeeway bool
	verify    func(call, key) error
	build     func(order) (string, error)
}

// version is the Debian package's, set by the linker, since the library is compiled in.
var version string

// call is one assertion of a registered client. The algorithms are what policy, client and library
// have in common.
type call struct {
	token      string
	clientID   string
	algorithms []string
	policy     policy
	now        time.Time
}

func (c call) allows(algorithm string) bool { return contains(c.algorithms, algorithm) }

func (c call) leeway() time.Duration { return time.Duration(c.policy.ClockSkew) * time.Second }

// order is one assertion to be made. typ is nil where the library's default is asked for, and JSON
// null where there shall be none.
type order struct {
	claims    map[string]any
	algorithm string
	key       key
	kid       string
	typ       json.RawMessage
}

// typText is the typ asked for, or "" where there shall be none.
func (o order) typText() string {
	var text string
	_ = json.Unmarshal(o.typ, &text) // null leaves the text as it is
	return text
}

// key has one member, in the form that the library takes.
type key struct {
	JWK    json.RawMessage `json:"jwk"`
	PEM    string          `json:"pem"`
	Secret *string         `json:"secret"`
}

type policy struct {
	Algorithms []string `json:"algorithms"`
	Audience   []string `json:"audience"`
	ClockSkew  int64    `json:"clock_skew"`
	FutureSkew int64    `json:"future_skew"`
}

type client struct {
	ClientID string          `json:"client_id"`
	Method   string          `json:"method"`
	Alg      string          `json:"alg"`
	JWKS     json.RawMessage `json:"jwks"`
	PEMs     []string        `json:"pems"`
	Secret   string          `json:"secret"`
}

type request struct {
	Op      string          `json:"op"`
	Seq     json.RawMessage `json:"seq"`
	Now     int64           `json:"now"`
	Policy  policy          `json:"policy"`
	Clients []client        `json:"clients"`
	// Request is the parameters of verify, or the whole request of bench.
	Request json.RawMessage `json:"request"`
	Times   int             `json:"times"`

	ClientID  string          `json:"client_id"`
	Audience  string          `json:"audience"`
	Algorithm string          `json:"algorithm"`
	Key       key             `json:"key"`
	Kid       string          `json:"kid"`
	Lifetime  int64           `json:"lifetime"`
	Typ       json.RawMessage `json:"typ"`
	Claims    json.RawMessage `json:"claims"`
}

type answer map[string]any

// settled is an answer that needs no library.
type settled struct{ verdict, reason string }

func (s settled) Error() string { return s.reason }

func serve(l library) {
	input := bufio.NewReader(os.Stdin)
	output := json.NewEncoder(os.Stdout)
	for {
		line, err := input.ReadBytes('\n')
		if len(line) == 0 && err == io.EOF {
			return
		}
		var r request
		if err := json.Unmarshal(line, &r); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		if r.Op == "bye" {
			return
		}
		a := l.answer(r)
		if r.Seq != nil {
			a["seq"] = r.Seq
		}
		if err := output.Encode(a); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
	}
}

func (l library) answer(r request) answer {
	switch r.Op {
	case "hello":
		return l.hello()
	case "bench":
		return l.bench(r)
	default:
		return l.work(r)
	}
}

// A library keeps these by itself; its user composes the claims.
var signing = answer{"layers": []string{"jws", "key", "jwt"}, "fixed": []string{}}

// goVersion is that of the compiler and of its standard library, whose crypto and encoding/json the
// libraries here use.
var goVersion = "Go " + strings.TrimPrefix(runtime.Version(), "go")

func (l library) hello() answer {
	return answer{
		"protocol": 1,
		"implementation": answer{
			"name": l.name, "version": version, "url": l.url,
			"language": goVersion, "toolchain": goVersion,
		},
		"roles":       answer{"verify": answer{"layers": l.layers}, "build": signing},
		"methods":     []string{"client_secret_jwt", "private_key_jwt"},
		"algorithms":  l.algorithms,
		"clock":       "given",
		"key_formats": l.keyFormats,
		"bench":       true,
	}
}

func (l library) bench(r request) answer {
	var repeated request
	if err := json.Unmarshal(r.Request, &repeated); err != nil {
		return answer{"verdict": "error", "reason": err.Error()}
	}
	start := time.Now()
	for i := 0; i < r.Times; i++ {
		l.work(repeated)
	}
	return answer{"seconds": time.Since(start).Seconds()}
}

func (l library) work(r request) (a answer) {
	// No library documents a panic, so it is no verdict.
	defer func() {
		if panicked := recover(); panicked != nil {
			a = answer{"verdict": "error", "reason": fmt.Sprint("panic: ", panicked)}
		}
	}()
	switch r.Op {
	case "verify":
		clientID, err := l.verifyRequest(r)
		if err != nil {
			return inWords(err, "reject")
		}
		return answer{"verdict": "accept", "client_id": clientID}
	case "build":
		assertion, err := l.buildRequest(r)
		if err != nil {
			return inWords(err, "refused")
		}
		return answer{"assertion": assertion}
	default:
		return answer{"verdict": "error", "reason": "no such operation"}
	}
}

func inWords(err error, negative string) answer {
	verdict := negative
	var s settled
	if errors.As(err, &s) {
		verdict = s.verdict
	}
	return answer{"verdict": verdict, "reason": err.Error()}
}

func (l library) verifyRequest(r request) (string, error) {
	var parameters struct {
		Assertion *string `json:"client_assertion"`
		Base64    *string `json:"client_assertion_base64"`
		ClientID  string  `json:"client_id"`
	}
	if err := json.Unmarshal(r.Request, &parameters); err != nil {
		return "", settled{"error", err.Error()}
	}
	var token string
	switch {
	case parameters.Base64 != nil:
		octets, err := base64.StdEncoding.DecodeString(*parameters.Base64)
		if err != nil {
			return "", settled{"error", err.Error()}
		}
		token = string(octets)
	case parameters.Assertion != nil:
		token = *parameters.Assertion
	default:
		return "", settled{"reject", "there is no client assertion"}
	}
	client, err := chooseClient(r.Clients, parameters.ClientID, token)
	if err != nil {
		return "", err
	}
	algorithms, err := l.chooseAlgorithms(client, r.Policy)
	if err != nil {
		return "", err
	}
	if l.oneLeeway && r.Policy.ClockSkew != r.Policy.FutureSkew {
		return "", settled{"unsupported", "the library has one leeway for both directions"}
	}
	c := call{token, client.ClientID, algorithms, r.Policy, time.Unix(r.Now, 0)}
	err = settled{"reject", "the client has no keys"}
	for _, k := range l.keys(client, token) {
		if err = l.verify(c, k); err == nil {
			break
		}
	}
	return client.ClientID, err
}

// chooseClient takes an empty parameter as none (RFC 6749 section 3.2).
func chooseClient(clients []client, named, token string) (client, error) {
	if named == "" {
		named, _ = unverified(token, 1)["sub"].(string)
	}
	for _, c := range clients {
		if c.ClientID == named {
			return c, nil
		}
	}
	return client{}, settled{"reject", "the client is not registered"}
}

func (l library) chooseAlgorithms(c client, p policy) ([]string, error) {
	anyAllowed := false
	var known []string
	for _, name := range p.Algorithms {
		if strings.HasPrefix(name, "HS") != (c.Method == "client_secret_jwt") {
			continue
		}
		if c.Alg != "" && c.Alg != name {
			continue
		}
		anyAllowed = true
		if contains(l.algorithms, name) {
			known = append(known, name)
		}
	}
	if !anyAllowed {
		return nil, settled{"reject", "the client is registered with no algorithm allowed here"}
	}
	if len(known) == 0 {
		return nil, settled{"unsupported", "the library has none of the client's algorithms"}
	}
	return known, nil
}

// keys are those that `kid` names, or all where it names none.
func (l library) keys(c client, token string) []key {
	if c.Method == "client_secret_jwt" {
		return []key{{Secret: &c.Secret}}
	}
	var set struct {
		Keys []json.RawMessage `json:"keys"`
	}
	_ = json.Unmarshal(c.JWKS, &set) // what is no JWK Set has no keys
	var all []key
	if l.takesPEM {
		for _, pem := range c.PEMs {
			all = append(all, key{PEM: pem})
		}
	} else {
		for _, jwk := range set.Keys {
			all = append(all, key{JWK: jwk})
		}
	}
	kid, ok := unverified(token, 0)["kid"].(string)
	// A key that is no key has no PEM; then it is not known which PEM is whose.
	if !ok || len(all) != len(set.Keys) {
		return all
	}
	var named []key
	for i, jwk := range set.Keys {
		var member struct {
			Kid *string `json:"kid"`
		}
		if json.Unmarshal(jwk, &member) == nil && member.Kid != nil && *member.Kid == kid {
			named = append(named, all[i])
		}
	}
	if named == nil {
		return all
	}
	return named
}

// unverified reads a segment leniently, so that what is odd about it reaches the library.
func unverified(token string, segment int) map[string]any {
	segments := strings.Split(token, ".")
	if segment >= len(segments) {
		return nil
	}
	text := strings.NewReplacer("+", "-", "/", "_", "=", "", " ", "").Replace(segments[segment])
	octets, err := base64.RawURLEncoding.DecodeString(text)
	if err != nil {
		return nil
	}
	var object map[string]any
	_ = json.Unmarshal(octets, &object) // what is no object has no members
	return object
}

func (l library) buildRequest(r request) (string, error) {
	if !contains(l.algorithms, r.Algorithm) {
		return "", settled{"unsupported", "the library has no " + r.Algorithm}
	}
	if r.Key.JWK != nil && !contains(l.keyFormats, "jwk") ||
		r.Key.PEM != "" && !contains(l.keyFormats, "pkcs8") {
		return "", settled{"unsupported", "the library takes no key of this format"}
	}
	claims, err := composeClaims(r)
	if err != nil {
		return "", settled{"error", err.Error()}
	}
	kid := r.Kid
	if kid == "" && r.Key.JWK != nil {
		var member struct {
			Kid string `json:"kid"`
		}
		_ = json.Unmarshal(r.Key.JWK, &member) // the library will say what is wrong
		kid = member.Kid
	}
	return l.build(order{claims, r.Algorithm, r.Key, kid, r.Typ})
}

// composeClaims does as a user of a JWT library does; the registered claims win.
func composeClaims(r request) (map[string]any, error) {
	claims := map[string]any{}
	if r.Claims != nil {
		decoder := json.NewDecoder(bytes.NewReader(r.Claims))
		decoder.UseNumber()
		if err := decoder.Decode(&claims); err != nil {
			return nil, err
		}
		for name, value := range claims {
			claims[name] = native(value)
		}
	}
	jti, err := uuid()
	if err != nil {
		return nil, err
	}
	claims["iss"] = r.ClientID
	claims["sub"] = r.ClientID
	claims["aud"] = r.Audience
	claims["jti"] = jti
	claims["iat"] = r.Now
	claims["exp"] = r.Now + r.Lifetime
	return claims, nil
}

// native turns numbers into what a Go program holds, so that an integer is written as one.
func native(value any) any {
	switch value := value.(type) {
	case json.Number:
		if integer, err := value.Int64(); err == nil {
			return integer
		}
		float, _ := value.Float64() // beyond its range it is infinite, which no library writes
		return float
	case []any:
		for i := range value {
			value[i] = native(value[i])
		}
	case map[string]any:
		for name := range value {
			value[name] = native(value[name])
		}
	}
	return value
}

func uuid() (string, error) {
	var r [16]byte
	if _, err := rand.Read(r[:]); err != nil {
		return "", err
	}
	r[6] = r[6]&0x0f | 0x40
	r[8] = r[8]&0x3f | 0x80
	return fmt.Sprintf("%x-%x-%x-%x-%x", r[:4], r[4:6], r[6:8], r[8:10], r[10:]), nil
}

func contains(list []string, item string) bool {
	for _, member := range list {
		if member == item {
			return true
		}
	}
	return false
}
