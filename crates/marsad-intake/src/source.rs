//! A stream that can be given back what was read too far.

use std::collections::VecDeque;
use std::io::{self, BufRead, Read};

/// Buffered bytes, with those put back before them, and the number of the line at hand.
pub struct Source<R: BufRead = Box<dyn BufRead>> {
    input: R,
    back: VecDeque<u8>,
    fault: Option<io::Error>,
    /// The line at hand, from 1.
    pub line: usize,
    /// The byte at hand, from 0.
    pub at: u64,
}

impl<R: BufRead> Source<R> {
    /// Starts at line 1.
    pub fn new(input: R) -> Self {
        Self { input, back: VecDeque::new(), fault: None, line: 1, at: 0 }
    }

    /// What it reads from; what was put back is lost.
    pub fn into_inner(self) -> R {
        self.input
    }

    /// The beginning of the stream, some `wanted` bytes, left to be read, and whether it is all of it. A fault of the
    /// stream is met again behind what stands before it.
    pub fn peek(&mut self, wanted: usize) -> (&[u8], bool) {
        let mut end = false;
        while self.back.len() < wanted && !end {
            match self.input.fill_buf() {
                Err(e) if e.kind() == io::ErrorKind::Interrupted => {}
                Err(e) => (self.fault, end) = (Some(e), true),
                Ok(more) => {
                    let n = more.len();
                    end = n == 0;
                    self.back.extend(more);
                    self.input.consume(n);
                }
            }
        }
        (self.back.make_contiguous(), end)
    }

    /// Takes the next bytes out if they are these.
    pub fn skip(&mut self, bytes: &[u8]) {
        if self.peek(bytes.len()).0.starts_with(bytes) {
            self.consume(bytes.len());
        }
    }

    /// Puts bytes back, to be read next; `line` is the number of their first line.
    pub fn put_back(&mut self, bytes: &[u8], line: usize) {
        for byte in bytes.iter().rev() {
            self.back.push_front(*byte);
        }
        self.at = self.at.saturating_sub(bytes.len() as u64);
        self.line = line;
    }

    /// A line without its end, at most `limit` bytes of it; whether it was longer. `None` at the end of the stream.
    pub fn read_line(&mut self, line: &mut Vec<u8>, limit: usize) -> io::Result<Option<bool>> {
        line.clear();
        let (mut any, mut long) = (false, false);
        loop {
            let chunk = match self.fill_buf() {
                Err(e) if e.kind() == io::ErrorKind::Interrupted => continue,
                other => other?,
            };
            if chunk.is_empty() {
                return Ok(any.then_some(long));
            }
            any = true;
            let end = chunk.iter().position(|b| *b == b'\n');
            let take = end.unwrap_or(chunk.len());
            if line.len() + take > limit {
                long = true;
                *line = Vec::new();
            } else if !long {
                line.extend_from_slice(&chunk[..take]);
            }
            let used = end.map_or(chunk.len(), |e| e + 1);
            self.consume(used);
            if end.is_some() {
                self.line += 1;
                return Ok(Some(long));
            }
        }
    }
}

impl<R: BufRead> Read for Source<R> {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        let chunk = self.fill_buf()?;
        let n = chunk.len().min(out.len());
        out[..n].copy_from_slice(&chunk[..n]);
        self.consume(n);
        Ok(n)
    }
}

impl<R: BufRead> BufRead for Source<R> {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        if !self.back.is_empty() {
            return Ok(self.back.as_slices().0);
        }
        match self.fault.take() {
            Some(fault) => Err(fault),
            None => self.input.fill_buf(),
        }
    }

    fn consume(&mut self, n: usize) {
        self.at += n as u64;
        if self.back.is_empty() {
            self.input.consume(n);
        } else {
            self.back.drain(..n.min(self.back.len()));
        }
    }
}
