//! Parts of the harness, each alone: generating a recipe, building and signing it, reading the assertion,
//! judging an answer.

use std::hint::black_box;

use arbitrary::Unstructured;
use criterion::{BatchSize, Criterion, Throughput, criterion_group, criterion_main};
use jwt_assay::{
    judge::verify::{Question, step_outcome},
    observation::Observation,
    subject::Subject,
};
use jwt_assay_core::{
    generate,
    json::Object,
    model::{Algorithm, ProfileId, Verdict},
    oracle::{self, FastPath, Memory, Scratch},
    recipe::{EVALUATION_TIME, Recipe},
    suite::Support,
};

fn generating(criterion: &mut Criterion) {
    let octets: Vec<u8> = (0..=255).cycle().take(512).collect();
    criterion.bench_function("generate a recipe", |bencher| {
        bencher.iter(|| generate::recipe(&mut Unstructured::new(black_box(&octets))));
    });
    let mut group = criterion.benchmark_group("build and sign a recipe");
    group.throughput(Throughput::Elements(1));
    for algorithm in [Algorithm::HS256, Algorithm::RS256, Algorithm::ES256] {
        let recipe = Recipe::valid(ProfileId::Okta, algorithm);
        group.bench_function(algorithm.name(), |bencher| {
            bencher.iter(|| black_box(&recipe).present_at(EVALUATION_TIME));
        });
    }
    group.finish();
}

fn reading(criterion: &mut Criterion) {
    let recipe = Recipe::valid(ProfileId::Okta, Algorithm::HS256);
    let step = recipe.present_at(EVALUATION_TIME).steps.remove(0);
    let mut group = criterion.benchmark_group("read an assertion");
    group.throughput(Throughput::Elements(1));
    let claims = r#"{"iss":"a","sub":"a","aud":"https://as.example","jti":"b","exp":1,"iat":0}"#;
    group.bench_function("parse the claims", |bencher| {
        bencher.iter(|| Object::parse(black_box(claims)).map(|object| object.len()));
    });
    group.bench_function("the oracle", |bencher| {
        let explain = |mut memory| oracle::explain(&mut memory, black_box(&step));
        bencher.iter_batched(Memory::default, explain, BatchSize::SmallInput);
    });
    let path = FastPath::new(&step).expect("a known policy");
    let path = path.expect("a valid assertion is plain");
    let (memory, mut scratch) = (Memory::default(), Scratch::default());
    group.bench_function("the fast path", |bencher| {
        bencher.iter(|| path.verdict(&memory, black_box(&step), &mut scratch));
    });
    group.finish();
}

fn judging(criterion: &mut Criterion) {
    let recipe = Recipe::valid(ProfileId::Okta, Algorithm::HS256);
    let step = recipe.present_at(EVALUATION_TIME).steps.remove(0);
    let question = Question {
        verdict: Verdict::Accept,
        support: Support::Rule,
        subject: Subject::of(&step),
    };
    let client_id = step.request.client_id.clone().unwrap_or_default();
    let seen = Observation::Accepted { client_id };
    criterion.bench_function("judge an answer", |bencher| {
        bencher.iter(|| step_outcome(black_box(&question), black_box(&seen)));
    });
}

criterion_group!(benches, generating, reading, judging);
criterion_main!(benches);
