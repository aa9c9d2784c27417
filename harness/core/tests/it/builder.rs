//! The builders' suite against the reference builder: two independent sources, which must agree.

use std::collections::{BTreeMap, BTreeSet};

use jwt_assay_core::{
    builder::{BuildRecipe, inspect, reference},
    encoding::{base64url, read_base64url},
    model::{BuildRequest, ProfileId, Role, Rule},
    suite::{
        Fault, FaultKind, Frozen, FrozenChange, Suite, SuiteError, Vector, VerdictTexts, case_files,
    },
};

#[test]
fn the_reference_builds_and_declines_as_every_case_asks() {
    let suite = compiled(case_files(Role::Build)).expect("the case files");
    assert_eq!(faults(&suite.lint()), Vec::<String>::new());
}

fn compiled<'a>(files: impl IntoIterator<Item = (&'a str, &'a str)>) -> Result<Suite, SuiteError> {
    Suite::default().with_files(Role::Build, files)
}

#[test]
fn a_verdict_that_the_reference_contradicts_is_a_fault() {
    let faults_of = |verdict: &str, rule: &str| {
        let case = format!(
            r#"
            group = "S"
            title = "Wrong on purpose"
            algorithms = "one"
            [[case]]
            id = "bld-wrong"
            text = "The key is too short."
            rule = "{rule}"
            verdict = "{verdict}"
            profiles = ["okta"]
            ask = {{ key = {{ id = "rsa-1024-a" }} }}
            "#
        );
        let control = r#"
            group = "S"
            title = "The valid default"
            algorithms = "one"
            [[case]]
            id = "bld-valid"
            text = "Nothing is out of the ordinary."
            rule = "baseline"
            verdict = "build"
        "#;
        let suite = compiled([("wrong.toml", case.as_str()), ("c.toml", control)]);
        let kinds = suite.unwrap().lint().into_iter().map(|fault| fault.kind);
        kinds.collect::<Vec<FaultKind>>()
    };
    let declined = "rsa-too-short: the modulus has less than 2048 bits".to_owned();
    assert_eq!(
        faults_of("build", "baseline"),
        [FaultKind::Declined(declined)]
    );
    assert_eq!(
        faults_of("decline", "key-use"),
        [FaultKind::OtherRule(Rule::RsaTooShort)]
    );
    assert_eq!(faults_of("decline", "rsa-too-short"), []);
}

#[test]
fn a_case_with_the_request_and_the_rule_of_another_is_its_twin() {
    let file = |id: &str, rule: &str| {
        format!(
            r#"
            group = "S"
            title = "One case"
            algorithms = "one"
            [[case]]
            id = "{id}"
            text = "Half a minute is asked for."
            rule = "{rule}"
            verdict = "build"
            profiles = ["okta"]
            ask = {{ lifetime = 30 }}
            "#
        )
    };
    let kinds = |rule: &str| {
        let control = file("bld-valid", "baseline").replace("lifetime = 30", "");
        let (one, other) = (file("bld-one", "build-clock"), file("bld-other", rule));
        let files = [("a", control.as_str()), ("b", &one), ("c", &other)];
        let faults = compiled(files).expect("case files").lint();
        let kinds = faults.into_iter().map(|fault| fault.kind);
        kinds.collect::<Vec<FaultKind>>()
    };
    let one = "bld-one/okta/rs256".parse().expect("an id");
    assert_eq!(kinds("build-clock"), [FaultKind::Twin(one)]);
    assert_eq!(kinds("build-lifetime"), []);
}

#[test]
fn the_verdicts_of_builders_are_frozen_with_the_profile() {
    let okta = ProfileId::Okta;
    let verdicts = || Suite::bundled().verdict_texts().collect::<VerdictTexts>();
    let text = Frozen::read(
        "okta@1.txt",
        okta,
        "# released in 0.1.0\nbld-rsa-min/okta/rs256/1024 build",
    );
    let released = text.expect("two lines");
    let vector = "bld-rsa-min/okta/rs256/1024".parse().expect("an id");
    let (was, is) = ("build".to_owned(), "refuse".to_owned());
    assert_eq!(
        released.changes(&verdicts()),
        [FrozenChange::Changed { vector, was, is }]
    );
    let suite = compiled(case_files(Role::Build))
        .expect("the case files")
        .against(&[released]);
    let newer = |vector: &&Vector| vector.is_newer;
    let of_okta = suite.vectors.iter().filter(|v| v.profile == okta);
    assert_eq!(
        suite.vectors.iter().filter(newer).count(),
        of_okta.count() - 1
    );
}

#[test]
fn every_profile_has_as_many_cases_as_promised() {
    let mut of_profile: BTreeMap<ProfileId, BTreeSet<&str>> = BTreeMap::new();
    for vector in Suite::bundled()
        .of(Role::Build)
        .filter(|vector| !vector.is_control && vector.control.is_some())
    {
        let cases = of_profile.entry(vector.profile).or_default();
        cases.insert(vector.id.case());
    }
    let few: Vec<_> = of_profile
        .iter()
        .filter(|(_, cases)| cases.len() < LEAST)
        .map(|(profile, cases)| (profile.name(), cases.len()))
        .collect();
    assert_eq!(few, []);
}

#[test]
fn an_inspection_names_the_rule_of_each_fault() {
    let change = |edit: &dyn Fn(&mut reference::Unsigned)| {
        let request = request("bld-valid/okta/rs256");
        let mut unsigned = reference::compose(&request, "public-test-jti").unwrap();
        edit(&mut unsigned);
        faults_of(&request, &unsigned.sign())
    };
    assert_eq!(change(&|_| {}), Vec::<Rule>::new());
    let claim = |name: &'static str, value: &'static str| {
        change(&|unsigned| unsigned.claims.set(name, value.to_owned()))
    };
    let header = |name: &'static str, value: &'static str| {
        change(&|unsigned| unsigned.header.set(name, value.to_owned()))
    };
    assert_eq!(
        claim("exp", "1700000060000"),
        [Rule::BuildSeconds, Rule::Lifetime]
    );
    assert_eq!(claim("exp", "1700000120"), [Rule::BuildLifetime]);
    assert_eq!(
        claim("exp", "1700000060.5"),
        [Rule::BuildIntegerTime, Rule::BuildLifetime]
    );
    assert_eq!(claim("iat", "1699990000"), [Rule::BuildClock]);
    assert_eq!(
        claim("iat", "1700000001"),
        [Rule::BuildIssuedAhead, Rule::IatFuture]
    );
    assert_eq!(claim("nbf", "1700000001"), [Rule::BuildNotBefore]);
    assert_eq!(claim("jti", "7"), [Rule::BuildJtiString, Rule::JtiType]);
    assert_eq!(claim("sub", "\"other\""), [Rule::SubMismatch]);
    assert_eq!(
        claim("aud", "[\"https://as.example/oauth2/v1/token\",\"b\"]"),
        [Rule::BuildAudience]
    );
    assert_eq!(header("alg", "\"rs256\"")[0], Rule::BuildAlg);
    assert_eq!(header("kid", "\"other\"")[0], Rule::BuildKid);
    assert_eq!(header("cty", "\"JWT\"")[0], Rule::BuildHeaderExtension);
    assert_eq!(header("jwk", "{\"d\":\"x\"}")[0], Rule::BuildPrivateKey);
    let twice = change(&|unsigned| unsigned.claims.0.push(("\"jti\"".into(), "\"b\"".into())));
    assert_eq!(twice, [Rule::BuildDuplicateMember]);
    let request = request("bld-valid/okta/rs256");
    let built = reference::build(&request, "public-test-jti").unwrap();
    assert_eq!(
        faults_of(&request, &format!("{built}="))[0],
        Rule::BuildCompact
    );
    let (input, signature) = built.rsplit_once('.').unwrap();
    let signature = read_base64url(signature.as_bytes()).unwrap().octets;
    let cut = format!("{input}.{}", base64url(&signature[1..]));
    assert_eq!(
        faults_of(&request, &cut),
        [
            Rule::BuildSignatureLength,
            Rule::BuildSignature,
            Rule::Signature
        ]
    );
}

fn request(id: &str) -> BuildRequest {
    let id = id.parse().expect("an id");
    let vector = Suite::bundled().vector(&id).expect("a vector");
    let own = vector.commission().expect("a vector of builders");
    own.plain_request().expect("a request")
}

fn faults_of(request: &BuildRequest, assertion: &str) -> Vec<Rule> {
    let vector = Suite::bundled()
        .vector(&"bld-valid/okta/rs256".parse().expect("an id"))
        .expect("a vector");
    let own = vector.commission().expect("a vector of builders");
    let (server, signer) = (BuildRecipe::server(), own.recipe.signer());
    let lens = vector.lens(&server, &signer, &[], request.now);
    let inspection = inspect(request, &lens, assertion);
    inspection.faults().map(|finding| finding.rule).collect()
}

fn faults(faults: &[Fault]) -> Vec<String> {
    faults.iter().take(20).map(ToString::to_string).collect()
}

/// The least number of cases per profile, by id: variants, algorithms and the plain default do not count.
const LEAST: usize = 60;
