//! A request as a server of the kit received it.

/// What came over the wire.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Request {
    /// `POST`
    pub method: String,
    /// The path with its query, or what a proxy's client writes there.
    pub target: String,
    /// In the order of their coming, names as written.
    pub headers: Vec<(String, String)>,
    /// The body's bytes.
    pub body: Vec<u8>,
}

impl Request {
    /// The first header of this name, whatever its case.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers
            .iter()
            .find(|(found, _)| found.eq_ignore_ascii_case(name))
            .map(|(_, value)| value.as_str())
    }

    /// The form's parameters, sorted.
    pub fn form(&self) -> Vec<(String, String)> {
        let body = String::from_utf8_lossy(&self.body).into_owned();
        let mut form: Vec<_> = body
            .split('&')
            .filter(|pair| !pair.is_empty())
            .map(|pair| {
                let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
                (decode(name), decode(value))
            })
            .collect();
        form.sort();
        form
    }

    /// The value of a parameter.
    pub fn param(&self, name: &str) -> Option<String> {
        self.form().into_iter().find(|(found, _)| found == name).map(|(_, value)| value)
    }

    /// The parameters as `name=value`, sorted, without `Action` and `Version`.
    pub fn members(&self) -> Vec<String> {
        let form = self.form().into_iter();
        form.filter(|(name, _)| name != "Action" && name != "Version")
            .map(|(name, value)| format!("{name}={value}"))
            .collect()
    }

    /// The access key that signed.
    pub fn access_key(&self) -> Option<String> {
        self.credential().and_then(|parts| parts.first().cloned())
    }

    /// Region and service of the signature, `us-east-1/iam`.
    pub fn scope(&self) -> Option<String> {
        match self.credential()?.as_slice() {
            [_key, _day, region, service, ..] => Some(format!("{region}/{service}")),
            _ => None,
        }
    }

    /// `KEY/DAY/REGION/SERVICE/aws4_request` in its parts.
    fn credential(&self) -> Option<Vec<String>> {
        let (_, rest) = self.header("authorization")?.split_once("Credential=")?;
        Some(rest.split(',').next()?.split('/').map(str::to_owned).collect())
    }
}

/// Undoes the encoding of a form.
fn decode(text: &str) -> String {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.bytes();
    while let Some(byte) = rest.next() {
        bytes.push(match byte {
            b'+' => b' ',
            b'%' => {
                let pair = [rest.next().unwrap_or_default(), rest.next().unwrap_or_default()];
                let digits = std::str::from_utf8(&pair).unwrap_or_default();
                u8::from_str_radix(digits, 16).unwrap_or(b'?')
            }
            other => other,
        });
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_form_is_decoded_and_sorted() {
        let request = Request { body: b"b=%C3%A4+%26&a=&Action=X".to_vec(), ..Request::default() };
        assert_eq!(request.param("b").as_deref(), Some("ä &"));
        assert_eq!(request.members(), ["a=", "b=ä &"]);
    }

    #[test]
    fn the_signature_tells_key_and_scope() {
        let value =
            "AWS4-HMAC-SHA256 Credential=AKIA/20260101/eu-west-2/sts/aws4_request, SignedHeaders=host";
        let request = Request { headers: vec![("Authorization".into(), value.into())], ..Request::default() };
        assert_eq!(request.access_key().as_deref(), Some("AKIA"));
        assert_eq!(request.scope().as_deref(), Some("eu-west-2/sts"));
        assert_eq!(Request::default().scope(), None);
    }
}
