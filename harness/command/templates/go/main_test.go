// The adapter over its protocol: go test, in this folder.
package main

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"strings"
	"testing"
)

const secret = "a secret of thirty-two octets, or more"

// What the adapter answers, one after the other.
func ask(t *testing.T, messages ...object) []object {
	t.Helper()
	var input, output bytes.Buffer
	for _, each := range append(messages, object{"op": "bye"}) {
		text, err := json.Marshal(each)
		if err != nil {
			t.Fatal(err)
		}
		input.Write(append(text, '\n'))
	}
	if err := serve(&input, &output); err != nil {
		t.Fatal(err)
	}
	var answers []object
	for _, line := range strings.Split(strings.TrimSpace(output.String()), "\n") {
		var answer object
		if err := json.Unmarshal([]byte(line), &answer); err != nil {
			t.Fatal(err)
		}
		answers = append(answers, answer)
	}
	return answers
}

func order() object {
	return object{
		"op": "build", "seq": 1, "now": 1700000000, "client_id": "me",
		"audience": "https://as.example", "method": "client_secret_jwt", "algorithm": "HS256",
		"key": object{"secret": secret}, "lifetime": 60,
	}
}

func question(request object, now int, who object) object {
	return object{
		"op": "verify", "seq": 2, "state": "c1", "now": now,
		"policy": object{
			"algorithms": []string{"HS256"}, "audience": []string{"https://as.example"},
			"clock_skew": 0, "future_skew": 0,
		},
		"clients": []object{who}, "request": request,
	}
}

func me(alg string) object {
	return object{"client_id": "me", "method": "client_secret_jwt", "alg": alg, "secret": secret}
}

func built(t *testing.T) string {
	return ask(t, order())[0]["assertion"].(string)
}

func TestItSaysHello(t *testing.T) {
	hello := ask(t, object{"op": "hello", "protocol": 1})[0]
	if _, has := hello["seq"]; has || hello["protocol"] != 1.0 {
		t.Fatal(hello)
	}
}

func TestWhatItBuildsItAccepts(t *testing.T) {
	token := built(t)
	inBase64 := base64.StdEncoding.EncodeToString([]byte(token))
	for _, request := range []object{{"client_assertion": token}, {"client_assertion_base64": inBase64}} {
		answer := ask(t, question(request, 1700000001, me("HS256")))[0]
		if answer["verdict"] != "accept" || answer["client_id"] != "me" || answer["seq"] != 2.0 {
			t.Fatal(answer)
		}
	}
}

func TestItRejectsAnotherSignatureALaterTimeAndAnotherAlgorithm(t *testing.T) {
	token := built(t)
	end := "AA"
	if strings.HasSuffix(token, end) {
		end = "BA"
	}
	forged := object{"client_assertion": token[:len(token)-2] + end}
	right := object{"client_assertion": token}
	answers := ask(t,
		question(forged, 1700000001, me("HS256")),
		question(right, 1700000060, me("HS256")),
		question(right, 1700000001, me("HS512")))
	for _, answer := range answers {
		if answer["verdict"] != "reject" {
			t.Fatal(answer)
		}
	}
}

func TestItSaysUnsupportedToWhatItDoesNotPromise(t *testing.T) {
	other := object{"client_id": "me", "method": "private_key_jwt"}
	another := order()
	another["algorithm"] = "HS512"
	for _, answer := range ask(t, question(object{"client_assertion": built(t)}, 1, other), another) {
		if answer["verdict"] != "unsupported" {
			t.Fatal(answer)
		}
	}
}

func TestAMessageThatItCannotTakeIsAnErrorAndItGoesOn(t *testing.T) {
	answers := ask(t, object{"op": "verify", "seq": 7}, object{"op": "hello", "protocol": 1})
	if answers[0]["verdict"] != "error" || answers[0]["seq"] != 7.0 || answers[1]["protocol"] != 1.0 {
		t.Fatal(answers)
	}
}

func TestItCountsTheSecondsOfABench(t *testing.T) {
	bench := object{"op": "bench", "seq": 3, "times": 2, "request": order()}
	if seconds, isNumber := ask(t, bench)[0]["seconds"].(float64); !isNumber || seconds < 0 {
		t.Fatal(seconds)
	}
}
