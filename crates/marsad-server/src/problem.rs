//! What went wrong with a request, in RFC 9457's form. Pages show the same as a page.

use axum::Json;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::Serialize;
use utoipa::ToSchema;

/// A refusal or failure, as `application/problem+json`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct Problem {
    /// The status code.
    pub status: u16,
    /// What kind of problem it is, in a few words.
    pub title: String,
    /// What is wrong with this request, and the remedy.
    pub detail: String,
}

impl Problem {
    fn new(status: StatusCode, detail: impl Into<String>) -> Self {
        Self { status: status.as_u16(), title: status.canonical_reason().unwrap_or_default().to_owned(), detail: detail.into() }
    }

    /// The request cannot be understood.
    pub fn bad(detail: impl Into<String>) -> Self {
        Self::new(StatusCode::BAD_REQUEST, detail)
    }

    /// There is no such thing.
    pub fn missing(detail: impl Into<String>) -> Self {
        Self::new(StatusCode::NOT_FOUND, detail)
    }

    /// Nobody said who asks.
    pub fn unknown_user(detail: impl Into<String>) -> Self {
        Self::new(StatusCode::UNAUTHORIZED, detail)
    }

    /// The one who asks may not.
    pub fn forbidden(detail: impl Into<String>) -> Self {
        Self::new(StatusCode::FORBIDDEN, detail)
    }

    /// The path takes no such request.
    pub fn method() -> Self {
        Self::new(StatusCode::METHOD_NOT_ALLOWED, "this address does not take such a request; the reference under /api names those that it takes")
    }

    /// The one who asks did so too often.
    pub fn too_often(detail: impl Into<String>) -> Self {
        Self::new(StatusCode::TOO_MANY_REQUESTS, detail)
    }

    /// The server's own trouble.
    pub fn failed(detail: impl Into<String>) -> Self {
        Self::new(StatusCode::INTERNAL_SERVER_ERROR, detail)
    }

    /// The status code.
    pub fn code(&self) -> StatusCode {
        StatusCode::from_u16(self.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR)
    }
}

impl From<marsad_ledger::Error> for Problem {
    fn from(error: marsad_ledger::Error) -> Self {
        use marsad_ledger::Error as E;
        match error {
            E::NoIncident(id) => Self::missing(format!("there is no incident {id}; the list under /incidents has those there are")),
            E::Position(_) | E::Address(_) => Self::bad(error.to_string()),
            E::Correction(_) => Self::new(StatusCode::CONFLICT, error.to_string()),
            E::Busy(_) => Self::new(StatusCode::SERVICE_UNAVAILABLE, error.to_string()),
            other => Self::failed(other.to_string()),
        }
    }
}

impl From<crate::Error> for Problem {
    fn from(error: crate::Error) -> Self {
        Self::failed(error.to_string())
    }
}

impl From<marsad_export::Error> for Problem {
    fn from(error: marsad_export::Error) -> Self {
        use marsad_export::Error as E;
        match error {
            E::Since(_) => Self::bad(error.to_string()),
            E::Ledger(e) => e.into(),
            other => Self::failed(other.to_string()),
        }
    }
}

impl From<marsad_search::Error> for Problem {
    fn from(error: marsad_search::Error) -> Self {
        use marsad_search::Error as E;
        match error {
            E::Query(_) | E::Cursor(_) => Self::bad(error.to_string()),
            E::Ledger(e) => e.into(),
            other => Self::failed(other.to_string()),
        }
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let mut response = (self.code(), Json(&self)).into_response();
        response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static("application/problem+json"));
        response.extensions_mut().insert(self);
        response
    }
}
