//! `exp`, `nbf` and `iat`: RFC 7519 sections 2 and 4.1.4 to 4.1.6, RFC 7523 section 3, items 4
//! to 6.

use std::cmp::Ordering;

use super::{examination::Examination, header::shown};
use crate::{
    json::{Kind, NumericDate, Value},
    model::{Rule, UnixSeconds},
};

/// A claim that is a time.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum TimeClaim {
    Exp,
    Nbf,
    Iat,
}

impl Examination<'_> {
    /// RFC 7519 section 2: a NumericDate is a JSON number, fractions and all.
    pub(super) fn read_time(
        &mut self,
        claim: TimeClaim,
        value: Option<Value<'_>>,
    ) -> Option<NumericDate> {
        let Some(value) = value else {
            match claim {
                TimeClaim::Exp => self.note(Rule::ExpMissing, "there is no `exp`"),
                TimeClaim::Iat => self.note(Rule::IatOptional, "there is no `iat`"),
                TimeClaim::Nbf => {}
            }
            return None;
        };
        let date = match value.kind() {
            Kind::Number => NumericDate::parse(value.text()),
            Kind::Array | Kind::Boolean | Kind::Null | Kind::Object | Kind::String => None,
        };
        let Some(date) = date else {
            let (name, rule) = match (claim, value.kind()) {
                (TimeClaim::Nbf, Kind::Null) => ("nbf", Rule::NbfNull),
                (TimeClaim::Iat, Kind::Null) => ("iat", Rule::IatNull),
                (TimeClaim::Exp, _) => ("exp", Rule::ExpType),
                (TimeClaim::Nbf, _) => ("nbf", Rule::NbfType),
                (TimeClaim::Iat, _) => ("iat", Rule::IatType),
            };
            self.note(rule, format!("`{name}` is {}", shown(value)));
            return None;
        };
        if !date.is_plain_integer() {
            let detail = format!("a time is written {}", shown(value));
            self.note(Rule::NumericDateForm, detail);
        }
        if date.is_before_epoch() {
            self.note(Rule::TimeBeforeEpoch, format!("a time is {}", shown(value)));
        }
        match claim {
            TimeClaim::Exp => self.compare_exp(date, value),
            TimeClaim::Nbf => self.compare_nbf(date, value),
            TimeClaim::Iat => self.compare_iat(date, value),
        }
        Some(date)
    }

    /// RFC 7519 section 4.1.4: now is before `exp`; RFC 7523 section 3, item 4: `exp` is not
    /// unreasonably far away.
    fn compare_exp(&mut self, exp: NumericDate, value: Value<'_>) {
        let parameters = &self.profile.parameters;
        let (skew, open) = (
            self.step.context.policy.clock_skew,
            parameters.open.after_exp,
        );
        let detail = || format!("`exp` is {}, now is {}", shown(value), self.step.now);
        if exp.compare(self.step.now) == Ordering::Greater {
            let (cap, long) = (parameters.max_lifetime, parameters.long_lifetime);
            if cap.is_some_and(|cap| exp.compare(self.ahead(cap)) == Ordering::Greater) {
                self.note(Rule::Lifetime, detail());
            } else if exp.compare(self.ahead(long)) == Ordering::Greater {
                self.note(Rule::LifetimeLong, detail());
            }
        } else if exp.compare(self.ago(skew)) == Ordering::Greater {
            self.note(Rule::ExpiredWithinSkew, detail());
        } else if exp.compare(self.ago(open)) != Ordering::Less && open > 0 {
            self.note(Rule::ExpiredLately, detail());
        } else {
            self.note(Rule::Expired, detail());
        }
    }

    /// RFC 7519 section 4.1.5: now is after `nbf`, or equal to it.
    fn compare_nbf(&mut self, nbf: NumericDate, value: Value<'_>) {
        let (skew, open) = (
            self.step.context.policy.future_skew,
            self.profile.parameters.open.before_nbf,
        );
        let detail = || format!("`nbf` is {}, now is {}", shown(value), self.step.now);
        match nbf.compare(self.step.now) {
            Ordering::Less => {}
            Ordering::Equal => self.note(Rule::NbfNow, "`nbf` is now"),
            Ordering::Greater if nbf.compare(self.ahead(skew)) != Ordering::Greater => {
                self.note(Rule::NotYetValidWithinSkew, detail());
            }
            Ordering::Greater if nbf.compare(self.ahead(open)) != Ordering::Greater => {
                self.note(Rule::NotQuiteValid, detail());
            }
            Ordering::Greater => self.note(Rule::NotYetValid, detail()),
        }
    }

    /// RFC 7523 section 3, item 6: not unreasonably long ago. No rule of the RFCs is about the
    /// future; profiles have their own.
    fn compare_iat(&mut self, iat: NumericDate, value: Value<'_>) {
        let (skew, open) = (
            self.step.context.policy.future_skew,
            self.profile.parameters.open.before_iat,
        );
        let detail = || format!("`iat` is {}, now is {}", shown(value), self.step.now);
        match iat.compare(self.step.now) {
            Ordering::Less if iat.compare(self.ago(LONG_AGO)) != Ordering::Greater => {
                self.note(Rule::IatOld, detail());
            }
            Ordering::Less => {}
            Ordering::Equal => self.note(Rule::IatNow, "`iat` is now"),
            Ordering::Greater if iat.compare(self.ahead(skew)) != Ordering::Greater => {
                self.note(Rule::IatWithinSkew, detail());
            }
            Ordering::Greater if iat.compare(self.ahead(open)) != Ordering::Greater => {
                self.note(Rule::IatAhead, detail());
            }
            Ordering::Greater => self.note(Rule::IatFuture, detail()),
        }
    }

    fn ahead(&self, seconds: u32) -> UnixSeconds {
        self.step.now + i64::from(seconds)
    }

    fn ago(&self, seconds: u32) -> UnixSeconds {
        self.step.now + -i64::from(seconds)
    }
}

/// A day: from here on a server may call it unreasonably long ago.
pub(super) const LONG_AGO: u32 = 86_400;
