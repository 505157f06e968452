//! The reply with schemas, in which those of single types are encoded already.
//!
//! Encoded messages are joined by writing one after the other, so the encoded parts follow the encoded reply as they
//! are. So only one schema is in memory at a time, and those of types on demand are never decoded.

use bytes::BufMut;
use prost::Message;
use tonic::codec::EncodeBuf;

use super::reply::Reply;
use crate::plugin::message::Encode;
use crate::plugin::proto::tfplugin6::get_provider_schema;
use crate::tf::Diagnostics;

/// A reply, and encoded replies that are joined to it.
#[derive(Debug, Default)]
pub(super) struct SchemaReply {
    pub(super) reply: get_provider_schema::Response,
    pub(super) encoded: Vec<Vec<u8>>,
}

impl SchemaReply {
    /// The reply to a request that fails.
    #[expect(clippy::trivially_copy_pass_by_ref, reason = "all fallbacks have one signature")]
    pub(super) fn fallback(_: &get_provider_schema::Request) -> Self {
        Self::default()
    }

    /// Joins a reply to this one.
    pub(super) fn join(&mut self, part: &get_provider_schema::Response) {
        self.encoded.push(part.encode_to_vec());
    }
}

impl Reply for SchemaReply {
    fn with_diagnostics(mut self, diagnostics: Diagnostics) -> Self {
        self.reply = self.reply.with_diagnostics(diagnostics);
        self
    }
}

impl Encode for SchemaReply {
    fn encoded_len(&self) -> usize {
        Message::encoded_len(&self.reply) + self.encoded.iter().map(Vec::len).sum::<usize>()
    }

    fn encode(self: Box<Self>, buffer: &mut EncodeBuf<'_>) {
        let Self { reply, encoded } = *self;
        Encode::encode(Box::new(reply), buffer);
        for part in encoded {
            buffer.put_slice(&part);
        }
    }
}
