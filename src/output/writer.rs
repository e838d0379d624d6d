//! A text buffer in front of the sink, so that formatters write small pieces
//! without a check after each: the first failure is kept and ends all writing.

use std::io;

/// How much text is gathered before it goes on.
const CHUNK: usize = 16 * 1024;

/// Where formatters write.
pub struct Writer<'a> {
    buffer: String,
    sink: &'a mut dyn io::Write,
    failed: bool,
    closed: bool,
    error: Option<io::Error>,
}

impl<'a> Writer<'a> {
    /// A writer with nothing written yet.
    pub fn new(sink: &'a mut dyn io::Write) -> Self {
        Writer { buffer: String::new(), sink, failed: false, closed: false, error: None }
    }

    /// Writes a text.
    pub fn push_str(&mut self, text: &str) {
        if self.failed {
            return;
        }
        self.buffer.push_str(text);
        if self.buffer.len() >= CHUNK {
            self.drain();
        }
    }

    /// Writes a character.
    pub fn push(&mut self, c: char) {
        self.push_str(c.encode_utf8(&mut [0; 4]));
    }

    /// Writes a character `count` times.
    pub fn repeat(&mut self, c: char, count: usize) {
        for _ in 0..count {
            self.push(c);
        }
    }

    /// Hands on everything that was written so far.
    pub fn flush(&mut self) {
        self.drain();
        if !self.failed {
            let result = self.sink.flush();
            self.note(result);
        }
    }

    /// Whether the reader has gone.
    pub fn is_closed(&self) -> bool {
        self.closed
    }

    /// The failure that ended the writing, once; a closed pipe is none.
    pub fn take_error(&mut self) -> Option<io::Error> {
        self.error.take()
    }

    fn drain(&mut self) {
        if !self.failed {
            let result = self.sink.write_all(self.buffer.as_bytes());
            self.note(result);
        }
        self.buffer.clear();
    }

    fn note(&mut self, result: io::Result<()>) {
        let Err(error) = result else { return };
        self.failed = true;
        if error.kind() == io::ErrorKind::BrokenPipe {
            self.closed = true;
        } else {
            self.error = Some(error);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    struct Broken(io::ErrorKind);

    impl io::Write for Broken {
        fn write(&mut self, _: &[u8]) -> io::Result<usize> {
            Err(self.0.into())
        }
        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    #[test]
    fn a_closed_pipe_is_noted_and_is_no_error() {
        let mut sink = Broken(io::ErrorKind::BrokenPipe);
        let mut writer = Writer::new(&mut sink);
        writer.push_str("a");
        assert!(!writer.is_closed());
        writer.flush();
        assert!(writer.is_closed());
        assert!(writer.take_error().is_none());
    }

    #[test]
    fn another_failure_is_reported_once() {
        let mut sink = Broken(io::ErrorKind::StorageFull);
        let mut writer = Writer::new(&mut sink);
        writer.repeat('a', CHUNK + 1);
        writer.flush();
        assert!(!writer.is_closed());
        assert!(writer.take_error().is_some());
        assert!(writer.take_error().is_none());
    }

    #[test]
    fn long_texts_go_on_in_pieces() {
        let mut sink = Vec::new();
        let mut writer = Writer::new(&mut sink);
        writer.repeat('é', CHUNK);
        assert!(writer.buffer.len() < CHUNK);
        writer.flush();
        assert_eq!(sink.len(), 2 * CHUNK);
    }
}
