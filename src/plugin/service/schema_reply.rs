//! The reply with schemas, in which those of single types are encoded already.
//!
//! Encoded messages are joined by writing one after the other, so the encoded parts follow the encoded reply as they
//! are. So only one schema is in memory at a time, and those of types on demand are never decoded. The generated service
//! encodes whole messages only; so this call is served here, and all others there.

use std::convert::Infallible;
use std::sync::Arc;

use bytes::BufMut;
use prost::Message;
use tonic::body::Body;
use tonic::codec::{Codec, EncodeBuf, Encoder};
use tonic::codegen::{BoxFuture, Context, Poll, Service as TowerService, http};
use tonic::server::{Grpc, NamedService, UnaryService};
use tonic::{Request, Response, Status};
use tonic_prost::{ProstCodec, ProstDecoder};

use super::Service;
use super::reply::Reply;
use crate::plugin::proto::tfplugin6::get_provider_schema;
use crate::plugin::proto::tfplugin6::provider_server::ProviderServer;
use crate::tf::Diagnostics;

/// The call that is served here.
const GET_PROVIDER_SCHEMA: &str = "/tfplugin6.Provider/GetProviderSchema";

/// A reply, and encoded replies that are joined to it.
#[derive(Debug, Default)]
pub(super) struct SchemaReply {
    pub(super) reply: get_provider_schema::Response,
    pub(super) encoded: Vec<Vec<u8>>,
}

impl SchemaReply {
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

/// The provider's service as a server has it.
#[derive(Clone, Debug)]
pub struct ProviderService {
    service: Arc<Service>,
    others: ProviderServer<Service>,
}

impl ProviderService {
    pub(super) fn new(service: Service) -> Self {
        let service = Arc::new(service);
        Self { others: ProviderServer::from_arc(Arc::clone(&service)), service }
    }

    /// Bounds the size of a request.
    #[must_use]
    pub fn max_request_bytes(self, limit: usize) -> Self {
        Self { others: self.others.max_decoding_message_size(limit), ..self }
    }
}

impl NamedService for ProviderService {
    const NAME: &'static str = <ProviderServer<Service> as NamedService>::NAME;
}

impl TowerService<http::Request<Body>> for ProviderService {
    type Response = http::Response<Body>;
    type Error = Infallible;
    type Future = BoxFuture<Self::Response, Self::Error>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: http::Request<Body>) -> Self::Future {
        if request.uri().path() != GET_PROVIDER_SCHEMA {
            return self.others.call(request);
        }
        let method = GetProviderSchema(Arc::clone(&self.service));
        Box::pin(async move { Ok(Grpc::new(SchemaCodec).unary(method, request).await) })
    }
}

struct GetProviderSchema(Arc<Service>);

impl UnaryService<get_provider_schema::Request> for GetProviderSchema {
    type Response = SchemaReply;
    type Future = BoxFuture<Response<SchemaReply>, Status>;

    fn call(&mut self, request: Request<get_provider_schema::Request>) -> Self::Future {
        let service = Arc::clone(&self.0);
        Box::pin(async move { service.schema_reply(request.into_inner()).await })
    }
}

struct SchemaCodec;

impl Codec for SchemaCodec {
    type Encode = SchemaReply;
    type Decode = get_provider_schema::Request;
    type Encoder = SchemaEncoder;
    type Decoder = ProstDecoder<get_provider_schema::Request>;

    fn encoder(&mut self) -> SchemaEncoder {
        SchemaEncoder
    }

    fn decoder(&mut self) -> Self::Decoder {
        ProstCodec::<get_provider_schema::Request, get_provider_schema::Request>::default().decoder()
    }
}

struct SchemaEncoder;

impl Encoder for SchemaEncoder {
    type Item = SchemaReply;
    type Error = Status;

    fn encode(&mut self, item: SchemaReply, buffer: &mut EncodeBuf<'_>) -> Result<(), Status> {
        buffer.reserve(item.reply.encoded_len() + item.encoded.iter().map(Vec::len).sum::<usize>());
        item.reply.encode(buffer).map_err(|error| Status::internal(error.to_string()))?;
        for part in item.encoded {
            buffer.put_slice(&part);
        }
        Ok(())
    }
}
