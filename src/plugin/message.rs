//! Messages as the server passes them on: a request as the bytes that arrived, a reply of any type.
//!
//! One codec serves all calls. So the machinery of a call, from HTTP/2 to its message, is compiled once, and not once for
//! each of thirty pairs of messages.

use bytes::{Buf, Bytes};
use prost::Message;
use tonic::Status;
use tonic::codec::{Codec, DecodeBuf, Decoder, EncodeBuf, Encoder};

/// What can be sent.
pub(super) trait Encode: Send {
    fn encoded_len(&self) -> usize;
    fn encode(self: Box<Self>, buffer: &mut EncodeBuf<'_>);
}

impl<M: Message> Encode for M {
    fn encoded_len(&self) -> usize {
        Message::encoded_len(self)
    }

    fn encode(self: Box<Self>, buffer: &mut EncodeBuf<'_>) {
        Message::encode(&*self, buffer).expect("the buffer grows");
    }
}

pub(super) type BoxedMessage = Box<dyn Encode>;

/// Reads a request.
pub(super) fn decode<M: Message + Default>(request: Bytes) -> Result<M, Status> {
    M::decode(request).map_err(|error| Status::internal(error.to_string()))
}

pub(super) struct MessageCodec;

impl Codec for MessageCodec {
    type Encode = BoxedMessage;
    type Decode = Bytes;
    type Encoder = Self;
    type Decoder = Self;

    fn encoder(&mut self) -> Self {
        Self
    }

    fn decoder(&mut self) -> Self {
        Self
    }
}

impl Encoder for MessageCodec {
    type Item = BoxedMessage;
    type Error = Status;

    fn encode(&mut self, message: BoxedMessage, buffer: &mut EncodeBuf<'_>) -> Result<(), Status> {
        buffer.reserve(message.encoded_len());
        message.encode(buffer);
        Ok(())
    }
}

impl Decoder for MessageCodec {
    type Item = Bytes;
    type Error = Status;

    fn decode(&mut self, buffer: &mut DecodeBuf<'_>) -> Result<Option<Bytes>, Status> {
        Ok(Some(buffer.copy_to_bytes(buffer.remaining())))
    }
}
