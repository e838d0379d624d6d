//! The signature of a request as it was given: in a header, or in the query of a presigned address.

use http::HeaderMap;

use crate::percent;
use crate::sandbox::fault::Fault;
use crate::sandbox::received::Received;

/// The one algorithm that is taken.
const ALGORITHM: &str = "AWS4-HMAC-SHA256";

/// The parameters that signing adds to a query.
const ADDED: [&str; 7] = [
    "X-Amz-Algorithm",
    "X-Amz-Credential",
    "X-Amz-Date",
    "X-Amz-Expires",
    "X-Amz-SignedHeaders",
    "X-Amz-Signature",
    "X-Amz-Security-Token",
];

/// A signature as it was given.
#[derive(Clone, Debug)]
pub(in crate::sandbox) struct Given {
    /// The id of the key.
    pub(super) key: String,
    /// The day of the scope: `20260131`.
    pub(super) day: String,
    /// The region of the scope.
    pub(in crate::sandbox) region: String,
    /// The service of the scope.
    pub(in crate::sandbox) service: String,
    /// The names of the signed headers, in lower case.
    pub(super) headers: Vec<String>,
    /// 64 hexadecimal digits, if it is as it should be.
    pub(super) signature: String,
    /// `20260131T120000Z`
    pub(super) time: String,
    /// The session token.
    pub(super) token: Option<String>,
    /// The seconds of `X-Amz-Expires` as they stand there; given where the address was presigned.
    pub(super) expires: Option<String>,
}

impl Given {
    /// Reads the signature of a request; none where it is not signed.
    ///
    /// # Errors
    /// `IncompleteSignature`
    pub(in crate::sandbox) fn read(received: &Received) -> Result<Option<Given>, Fault> {
        let headers = received.request.headers();
        if let Some(value) = headers.get(http::header::AUTHORIZATION) {
            let text = value.to_str().map_err(|_| incomplete("Authorization header is no text."))?;
            return Given::of_header(text, headers).map(Some);
        }
        let query = received.request.uri().query().unwrap_or_default();
        if has(query, "X-Amz-Signature") || has(query, "X-Amz-Algorithm") {
            return Given::of_query(query).map(Some);
        }
        Ok(None)
    }

    fn of_header(text: &str, headers: &HeaderMap) -> Result<Given, Fault> {
        let (algorithm, rest) = text.trim().split_once(' ').unwrap_or((text, ""));
        only_algorithm(algorithm)?;
        let pairs: Vec<(&str, &str)> =
            rest.split(',').filter_map(|pair| pair.trim().split_once('=')).collect();
        let mut missing = String::new();
        let mut part = |name: &str| {
            let found = pairs.iter().find(|(key, value)| *key == name && !value.is_empty());
            if found.is_none() {
                missing.push_str(&format!("Authorization header requires '{name}' parameter. "));
            }
            found.map(|(_, value)| (*value).to_owned()).unwrap_or_default()
        };
        let (credential, signature, signed) = (part("Credential"), part("Signature"), part("SignedHeaders"));
        let header = |name| headers.get(name).and_then(|value| value.to_str().ok()).map(str::to_owned);
        let time = header("x-amz-date");
        if time.is_none() {
            missing.push_str("Authorization header requires existence of a 'X-Amz-Date' header. ");
        }
        if !missing.is_empty() {
            // The service shows the header itself here. It holds no secret, but its signature is worth hiding.
            return Err(incomplete(missing.trim_end()));
        }
        Given {
            signature,
            time: time.unwrap_or_default(),
            token: header("x-amz-security-token"),
            ..Given::of_credential(&credential, &signed)?
        }
        .checked()
    }

    fn of_query(query: &str) -> Result<Given, Fault> {
        let part = |name: &str| value(query, name);
        only_algorithm(&part("X-Amz-Algorithm").unwrap_or_default())?;
        let needed = |name: &str| {
            part(name).filter(|value| !value.is_empty()).ok_or_else(|| {
                incomplete(&format!("AWS query-string parameters must include '{name}'. Re-examine the query-string parameters."))
            })
        };
        let (credential, signed) = (needed("X-Amz-Credential")?, needed("X-Amz-SignedHeaders")?);
        Given {
            signature: needed("X-Amz-Signature")?,
            time: needed("X-Amz-Date")?,
            token: part("X-Amz-Security-Token"),
            expires: Some(part("X-Amz-Expires").unwrap_or_default()),
            ..Given::of_credential(&credential, &signed)?
        }
        .checked()
    }

    fn of_credential(credential: &str, signed: &str) -> Result<Given, Fault> {
        let parts: Vec<&str> = credential.split('/').collect();
        let [key, day, region, service, "aws4_request"] = parts.as_slice() else {
            return Err(incomplete(&format!(
                "Credential must have exactly 5 slash-delimited elements, e.g. \
                 keyid/date/region/service/aws4_request, got '{credential}'"
            )));
        };
        Ok(Given {
            key: (*key).to_owned(),
            day: (*day).to_owned(),
            region: (*region).to_owned(),
            service: (*service).to_owned(),
            headers: signed.split(';').map(str::to_ascii_lowercase).collect(),
            signature: String::new(),
            time: String::new(),
            token: None,
            expires: None,
        })
    }

    /// The signature's time has to be of the basic form of ISO 8601.
    fn checked(self) -> Result<Given, Fault> {
        let digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
        let form = match self.time.strip_suffix('Z').and_then(|time| time.split_once('T')) {
            Some((day, hour)) => day.len() == 8 && hour.len() == 6 && digits(day) && digits(hour),
            None => false,
        };
        match form {
            true => Ok(self),
            false => Err(incomplete(&format!(
                "Date must be in ISO-8601 'basic format'. Got '{}'. See http://en.wikipedia.org/wiki/ISO_8601",
                self.time
            ))),
        }
    }
}

fn only_algorithm(algorithm: &str) -> Result<(), Fault> {
    match algorithm {
        ALGORITHM => Ok(()),
        other => Err(incomplete(&format!("Unsupported AWS 'algorithm': '{other}'."))),
    }
}

fn incomplete(why: &str) -> Fault {
    Fault::new("IncompleteSignature", 400, why)
}

/// The query without what signing adds to it.
pub(in crate::sandbox) fn unsigned_query(query: &str) -> String {
    let own = query.split('&').filter(|pair| {
        let name = percent::decode(pair.split('=').next().unwrap_or_default());
        !ADDED.contains(&name.as_str())
    });
    own.collect::<Vec<_>>().join("&")
}

fn has(query: &str, name: &str) -> bool {
    value(query, name).is_some()
}

fn value(query: &str, name: &str) -> Option<String> {
    let pairs = query.split('&').map(|pair| pair.split_once('=').unwrap_or((pair, "")));
    pairs.into_iter().find(|(key, _)| percent::decode(key) == name).map(|(_, value)| percent::decode(value))
}
