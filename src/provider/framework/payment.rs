//! How an object is paid: `payment_type`, and `instance_charge_type` as its older name, with other values.

use super::check::{self, is_set, text};
use super::enumerations::ChargeType;
use crate::base::api_enum;
use crate::tf::provider::{PlanRequest, PlanResponse};
use crate::tf::{Attribute, Diagnostics, Path, Value};

api_enum! {
    /// How an object is paid.
    pub(crate) enum PaymentType: default PayAsYouGo {
        PayAsYouGo,
        Subscription,
    }
}

const NAME: &str = "payment_type";
const OLDER: &str = "instance_charge_type";

/// The values of both names that mean the same.
const PAIRS: [(PaymentType, ChargeType); 2] =
    [(PaymentType::PayAsYouGo, ChargeType::PostPaid), (PaymentType::Subscription, ChargeType::PrePaid)];

/// Both arguments, which replace the object.
pub(crate) fn attributes() -> [Attribute; 2] {
    [
        Attribute::choice::<PaymentType>(NAME, "Subscriptions are not simulated, so that both cost the same: ")
            .computed()
            .requires_replace(),
        Attribute::choice::<ChargeType>(OLDER, "")
            .computed()
            .requires_replace()
            .follows([NAME])
            .deprecated("Use `payment_type` instead."),
    ]
}

pub(crate) fn validate(config: &Value, diagnostics: &mut Diagnostics) {
    check::not_both(config, &Path::default(), NAME, OLDER, diagnostics);
}

/// Plans at each name what the other one says.
pub(crate) fn plan(request: &PlanRequest, response: &mut PlanResponse) {
    let payment = canonical_value(&request.config);
    let older = match payment.as_str() {
        Some(payment) => older_value(payment).into(),
        None => payment.clone(),
    };
    for (name, value) in [(NAME, payment), (OLDER, older)] {
        if request.config.get(name).is_null() && !value.is_null() {
            response.planned_state.set(name, value);
        }
    }
}

/// The arguments as a value of `payment_type`; null if none of them is set, unknown if that is not known yet.
pub(crate) fn canonical_value(arguments: &Value) -> Value {
    let newer = arguments.get(NAME);
    if is_set(arguments, NAME) {
        return newer.clone();
    }
    let older = arguments.get(OLDER);
    if older.is_unknown() {
        return Value::Unknown;
    }
    let Some(given) = text(arguments, OLDER) else { return Value::Null };
    let pair = PAIRS.iter().find(|(_, charge)| charge.name() == given);
    pair.map_or_else(|| older.clone(), |(payment, _)| payment.name().into())
}

fn older_value(payment: &str) -> &'static str {
    let pair = PAIRS.iter().find(|(known, _)| known.name() == payment);
    pair.map_or(ChargeType::PostPaid.name(), |(_, charge)| charge.name())
}
