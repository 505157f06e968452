//! What a call can answer instead of a reply: the service's codes, and what is wrong with the world's file.

use std::borrow::Cow;

use super::advice::Advice;
use super::member::Member;
use super::model::LaunchResult;
use super::store::WorldError;
pub use crate::market::codes;

/// Why a call did not do what it was asked; nothing was changed unless the scenario says `after_commit`.
#[derive(Clone, Debug, thiserror::Error)]
pub enum CloudError {
    /// The simulated service refused, in its own spelling.
    #[error(transparent)]
    Service(#[from] Box<ServiceError>),
    /// The world could not be read or written.
    #[error(transparent)]
    World(#[from] WorldError),
}

/// A refusal as the real service words it: a code to act on, a message to read.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{code}: {message}")]
pub struct ServiceError {
    /// One of [`codes`], or the code that a fault of the scenario names.
    pub code: Cow<'static, str>,
    pub message: String,
    /// The request's member that is to blame, if one is.
    pub parameter: Option<Member>,
    /// The list that contains the member, and the index of the element; `None` for a member outside of a list.
    pub element: Option<(Member, usize)>,
    /// What can be done about it, where the message does not say so.
    pub advice: Option<Advice>,
    /// Whether it is about a default network or another object that every world has and that cannot be deleted.
    pub is_about_default: bool,
    /// What each pool said, when a group stayed below its minimum; every `amount` is 0.
    pub launch_results: Vec<LaunchResult>,
}

impl CloudError {
    pub(crate) fn new(code: &'static str, message: impl Into<String>) -> Self {
        Self::Service(Box::new(ServiceError::new(code, message)))
    }

    /// A refusal that one member of the request is to blame for.
    pub(crate) fn of(parameter: Member, code: &'static str, message: impl Into<String>) -> Self {
        Self::Service(Box::new(ServiceError::new(code, message).of(parameter)))
    }

    /// The same refusal, its member being one of an element of a list of the request.
    pub(crate) fn within(mut self, list: Member, index: usize) -> Self {
        if let Self::Service(refusal) = &mut self {
            refusal.element = Some((list, index));
        }
        self
    }

    /// The same refusal, with what can be done about it.
    pub(crate) fn advise(mut self, advice: Advice) -> Self {
        if let Self::Service(refusal) = &mut self {
            refusal.advice = Some(advice);
        }
        self
    }

    /// The service's code; `None` when the world itself failed.
    #[must_use]
    pub fn code(&self) -> Option<&str> {
        match self {
            Self::Service(error) => Some(&error.code),
            Self::World(_) => None,
        }
    }

    /// The service's refusal; `None` when the world itself failed.
    #[must_use]
    pub fn service(&self) -> Option<&ServiceError> {
        match self {
            Self::Service(error) => Some(error),
            Self::World(_) => None,
        }
    }
}

impl ServiceError {
    pub(crate) fn new(code: impl Into<Cow<'static, str>>, message: impl Into<String>) -> Self {
        Self {
            code: code.into(),
            message: message.into(),
            parameter: None,
            element: None,
            advice: None,
            is_about_default: false,
            launch_results: Vec::new(),
        }
    }

    pub(crate) fn of(self, parameter: Member) -> Self {
        Self { parameter: Some(parameter), ..self }
    }
}
