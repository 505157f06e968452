//! A client of the provider protocol: starts the binary and speaks with it in `tf::Value`s.

use std::collections::BTreeMap;
use std::io::{BufRead, BufReader, Read};
use std::path::Path;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::Arc;
use std::time::{Duration, Instant};

use base64::Engine;
use hyper_util::rt::TokioIo;
use rcgen::{CertificateParams, KeyPair};
use rustls::client::WantsClientCert;
use rustls::crypto::aws_lc_rs::sign::any_supported_type;
use rustls::pki_types::{CertificateDer, PrivateKeyDer, PrivatePkcs8KeyDer, ServerName};
use rustls::sign::{CertifiedKey, SingleCertAndKey};
use rustls::{ClientConfig, ConfigBuilder, RootCertStore};
use simcloud::plugin::proto::go_plugin::Empty;
use simcloud::plugin::proto::go_plugin::grpc_controller_client::GrpcControllerClient;
use simcloud::plugin::proto::tfplugin6 as proto;
use simcloud::plugin::proto::tfplugin6::provider_client::ProviderClient;
use simcloud::plugin::service::Service;
use simcloud::tf::codec::msgpack;
use simcloud::tf::{Path as AttributePath, Step, Type, Value};
use tokio::io::AsyncReadExt;
use tokio::net::UnixStream;
use tokio_rustls::TlsConnector;
use tonic::transport::{Channel, Endpoint};
use tower::service_fn;

pub(crate) const COOKIE: (&str, &str) =
    ("TF_PLUGIN_MAGIC_COOKIE", "d602bf8f470bc67ca7faa0386276bbdd4330efaf76d1a219cb4d6991ca9872b2");

/// What a client shows and signs with.
pub(crate) struct ClientIdentity {
    pub(crate) certificate: rcgen::Certificate,
    pub(crate) key: KeyPair,
}

impl ClientIdentity {
    /// Like Terraform's: P-521, self-signed, marked as an authority, valid for decades.
    pub(crate) fn like_terraform() -> Self {
        Self::valid(2020, 2060)
    }

    pub(crate) fn valid(from: i32, until: i32) -> Self {
        let key = KeyPair::generate_for(&rcgen::PKCS_ECDSA_P521_SHA512).unwrap();
        let mut params = CertificateParams::new(["localhost".to_owned()]).unwrap();
        params.is_ca = rcgen::IsCa::Ca(rcgen::BasicConstraints::Unconstrained);
        params.not_before = rcgen::date_time_ymd(from, 1, 1);
        params.not_after = rcgen::date_time_ymd(until, 1, 1);
        Self { certificate: params.self_signed(&key).unwrap(), key }
    }

    /// The certificate as it stands in the environment of the process.
    pub(crate) fn pem(&self) -> String {
        let base64 = base64::engine::general_purpose::STANDARD.encode(self.certificate.der());
        let lines: Vec<_> = base64.as_bytes().chunks(64).map(|line| std::str::from_utf8(line).unwrap()).collect();
        format!("-----BEGIN CERTIFICATE-----\n{}\n-----END CERTIFICATE-----\n", lines.join("\n"))
    }
}

/// A started provider process and the handshake it printed.
pub(crate) struct Process {
    child: Child,
    pub(crate) handshake: String,
}

impl Process {
    /// Starts the binary with the cookie and some variables more, and reads its first line.
    pub(crate) fn start(variables: &[(&str, &str)], directory: &Path) -> Self {
        Self::start_command(command(directory), variables)
    }

    fn start_command(mut command: Command, variables: &[(&str, &str)]) -> Self {
        let mut child = command.env(COOKIE.0, COOKIE.1).envs(variables.iter().copied()).spawn().unwrap();
        let mut handshake = String::new();
        BufReader::new(child.stdout.as_mut().unwrap()).read_line(&mut handshake).unwrap();
        Self { child, handshake: handshake.trim_end_matches('\n').to_owned() }
    }

    /// A process that was started in another way, with the handshake that it would have printed.
    pub(crate) fn adopt(child: Child, handshake: &str) -> Self {
        Self { child, handshake: handshake.to_owned() }
    }

    pub(crate) fn field(&self, index: usize) -> &str {
        self.handshake.split('|').nth(index).unwrap()
    }

    pub(crate) fn id(&self) -> u32 {
        self.child.id()
    }

    pub(crate) fn is_running(&mut self) -> bool {
        self.child.try_wait().unwrap().is_none()
    }

    /// Waits for the end, which is to come within some seconds.
    pub(crate) async fn ended(&mut self) -> ExitStatus {
        let patience = Instant::now() + Duration::from_secs(10);
        loop {
            if let Some(status) = self.child.try_wait().unwrap() {
                return status;
            }
            assert!(Instant::now() < patience, "the process does not end");
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
    }

    /// What was written to stderr; waits for the end.
    pub(crate) fn stderr(&mut self) -> String {
        let mut text = String::new();
        self.child.stderr.as_mut().unwrap().read_to_string(&mut text).unwrap();
        text
    }

    /// Connects as the client of an identity, or without TLS.
    pub(crate) async fn connect(&self, identity: Option<&ClientIdentity>) -> Result<Channel, tonic::transport::Error> {
        let socket = self.field(3).to_owned();
        let tls = identity.map(|identity| self.tls(identity));
        let connector = service_fn(move |_| {
            let (socket, tls) = (socket.clone(), tls.clone());
            async move {
                let stream = UnixStream::connect(socket).await?;
                let stream: Box<dyn Duplex> = match tls {
                    Some(tls) => {
                        let name = ServerName::try_from("localhost").unwrap();
                        Box::new(TlsConnector::from(tls).connect(name, stream).await?)
                    }
                    None => Box::new(stream),
                };
                Ok::<_, std::io::Error>(TokioIo::new(stream))
            }
        });
        Endpoint::from_static("http://localhost").connect_with_connector(connector).await
    }

    /// Whether a client that trusts the server and shows no certificate of its own gets an answer.
    pub(crate) async fn answers_without_certificate(&self) -> bool {
        let stream = UnixStream::connect(self.field(3)).await.unwrap();
        let config = Arc::new(self.trusting().with_no_client_auth());
        let Ok(mut stream) =
            TlsConnector::from(config).connect(ServerName::try_from("localhost").unwrap(), stream).await
        else {
            return false;
        };
        // In TLS 1.3 the refusal arrives after the client's side of the handshake is over.
        let mut answer = [0];
        stream.read(&mut answer).await.is_ok_and(|length| length > 0)
    }

    fn tls(&self, identity: &ClientIdentity) -> Arc<ClientConfig> {
        let key = PrivateKeyDer::from(PrivatePkcs8KeyDer::from(identity.key.serialize_der()));
        let key = any_supported_type(&key).unwrap();
        // Not checked against each other: a test may present a certificate that is not its own.
        let certified = CertifiedKey::new(vec![identity.certificate.der().clone()], key);
        let mut config = self.trusting().with_client_cert_resolver(Arc::new(SingleCertAndKey::from(certified)));
        config.alpn_protocols = vec![b"h2".to_vec()];
        Arc::new(config)
    }

    /// Trusts exactly the certificate of the handshake, as Terraform does.
    fn trusting(&self) -> ConfigBuilder<ClientConfig, WantsClientCert> {
        let server = base64::engine::general_purpose::STANDARD_NO_PAD.decode(self.field(5)).unwrap();
        let mut roots = RootCertStore::empty();
        roots.add(CertificateDer::from(server)).unwrap();
        let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
        ClientConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .unwrap()
            .with_root_certificates(roots)
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        // It may have ended already.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

trait Duplex: tokio::io::AsyncRead + tokio::io::AsyncWrite + Send + Unpin {}

impl<T: tokio::io::AsyncRead + tokio::io::AsyncWrite + Send + Unpin> Duplex for T {}

/// The binary with an empty environment, its pipes open and its sockets under the directory.
pub(crate) fn command(directory: &Path) -> Command {
    command_of(Path::new(env!("CARGO_BIN_EXE_terraform-provider-simcloud")), directory)
}

/// The same of a copy of the binary.
fn command_of(program: &Path, directory: &Path) -> Command {
    let mut command = Command::new(program);
    command.env_clear().env("TMPDIR", directory).current_dir(directory);
    command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
    command
}

/// The first lines that a process prints.
pub(crate) fn first_lines(child: &mut Child, count: usize) -> String {
    let stdout = BufReader::new(child.stdout.as_mut().unwrap());
    stdout.lines().take(count).map(Result::unwrap).collect()
}

/// A connected client that knows the schemas.
pub(crate) struct Client {
    process: Option<Process>,
    pub(crate) provider: ProviderClient<Channel>,
    controller: GrpcControllerClient<Channel>,
    pub(crate) schemas: proto::get_provider_schema::Response,
    /// What the client says it can do, with every request that takes it.
    pub(crate) capabilities: proto::ClientCapabilities,
    /// Why the latest read, plan or import was deferred; `None` if it was not.
    pub(crate) deferred: Option<proto::deferred::Reason>,
}

/// A connection to a provider, beside a call that runs.
pub(crate) struct Handle {
    pub(crate) provider: ProviderClient<Channel>,
    controller: GrpcControllerClient<Channel>,
}

impl Handle {
    /// A process that has ended already has not answered.
    pub(crate) async fn shut_down(&mut self) {
        drop(self.controller.shutdown(Empty {}).await);
    }
}

/// What the provider planned, as it is to be handed back to it.
#[derive(Clone, Debug)]
pub(crate) struct Planned {
    pub(crate) state: Value,
    pub(crate) private: Vec<u8>,
    pub(crate) requires_replace: Vec<String>,
    pub(crate) diagnostics: Vec<Said>,
    /// The provider says that values may differ from the configured ones, of which Terraform then only warns.
    pub(crate) uses_legacy_type_system: bool,
}

/// An object as the provider left it.
#[derive(Clone, Debug)]
pub(crate) struct Stored {
    pub(crate) state: Value,
    pub(crate) private: Vec<u8>,
    pub(crate) diagnostics: Vec<Said>,
}

/// An ephemeral resource; the result is null where there are errors.
#[derive(Clone, Debug)]
pub(crate) struct Opened {
    pub(crate) result: Value,
    pub(crate) private: Vec<u8>,
    pub(crate) diagnostics: Vec<Said>,
}

/// An object that a list resource found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Found {
    pub(crate) identity: Value,
    pub(crate) display_name: String,
    pub(crate) state: Option<Value>,
}

/// A diagnostic in a form that reads well in assertions.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Said {
    pub(crate) is_error: bool,
    pub(crate) summary: String,
    pub(crate) detail: String,
    pub(crate) path: String,
}

impl Client {
    /// Starts a process in a directory, connects to it with mutual TLS and asks for the schemas.
    pub(crate) async fn start(variables: &[(&str, &str)], directory: &Path) -> Self {
        Self::start_command(command(directory), variables).await
    }

    /// The same with a copy of the binary, which may have another name.
    pub(crate) async fn start_program(program: &Path, variables: &[(&str, &str)], directory: &Path) -> Self {
        Self::start_command(command_of(program, directory), variables).await
    }

    async fn start_command(command: Command, variables: &[(&str, &str)]) -> Self {
        let identity = ClientIdentity::like_terraform();
        let pem = identity.pem();
        let variables: Vec<_> = variables.iter().copied().chain([("PLUGIN_CLIENT_CERT", pem.as_str())]).collect();
        let process = Process::start_command(command, &variables);
        let channel = process.connect(Some(&identity)).await.unwrap();
        Self::over(Some(process), channel).await
    }

    /// A provider inside this process, for what is about calls and not about processes.
    pub(crate) async fn in_process(provider: Arc<dyn simcloud::tf::Provider>) -> Self {
        Self::over(None, Self::channel_to(provider).await).await
    }

    /// A provider inside this process whose schemas are known already: asking for them takes most of a short test.
    pub(crate) async fn in_process_knowing(
        provider: Arc<dyn simcloud::tf::Provider>,
        schemas: proto::get_provider_schema::Response,
    ) -> Self {
        let channel = Self::channel_to(provider).await;
        let provider = ProviderClient::new(channel.clone()).max_decoding_message_size(usize::MAX);
        Self::new(None, channel, provider, schemas)
    }

    async fn channel_to(provider: Arc<dyn simcloud::tf::Provider>) -> Channel {
        let (ours, theirs) = tokio::io::duplex(1024 * 1024);
        tokio::spawn(Service::new(provider).serve(theirs));
        let mut ours = Some(ours);
        let connector = service_fn(move |_| {
            let stream = ours.take().ok_or_else(|| std::io::Error::other("connected before"));
            async move { stream.map(TokioIo::new) }
        });
        Endpoint::from_static("http://localhost").connect_with_connector(connector).await.unwrap()
    }

    pub(crate) async fn over(process: Option<Process>, channel: Channel) -> Self {
        let mut provider = ProviderClient::new(channel.clone()).max_decoding_message_size(usize::MAX);
        let schemas = provider.get_provider_schema(proto::get_provider_schema::Request {}).await.unwrap().into_inner();
        Self::new(process, channel, provider, schemas)
    }

    fn new(
        process: Option<Process>,
        channel: Channel,
        provider: ProviderClient<Channel>,
        schemas: proto::get_provider_schema::Response,
    ) -> Self {
        let controller = GrpcControllerClient::new(channel);
        let capabilities = proto::ClientCapabilities { write_only_attributes_allowed: true, ..Default::default() };
        Self { process, provider, controller, schemas, capabilities, deferred: None }
    }

    /// The process at the other end.
    pub(crate) fn process(&mut self) -> &mut Process {
        self.process.as_mut().expect("the provider runs in this process")
    }

    /// The process at the other end, which now lives as long as the caller wants.
    pub(crate) fn take_process(&mut self) -> Process {
        self.process.take().expect("the provider runs in this process")
    }

    /// The same connection for another task, while a call runs.
    pub(crate) fn handle(&self) -> Handle {
        Handle { provider: self.provider.clone(), controller: self.controller.clone() }
    }

    /// Closes the connection; the process may go on.
    pub(crate) fn disconnect(self) -> Process {
        self.process.expect("the provider runs in this process")
    }

    pub(crate) async fn shut_down(&mut self) -> Result<(), tonic::Status> {
        self.controller.shutdown(Empty {}).await.map(drop)
    }

    pub(crate) async fn validate_provider(&mut self, config: Value) -> Vec<Said> {
        let config = Some(encode(self.schemas.provider.as_ref().unwrap(), config));
        let request = proto::validate_provider_config::Request { config };
        said(self.provider.validate_provider_config(request).await.unwrap().into_inner().diagnostics)
    }

    pub(crate) async fn configure(&mut self, config: Value) -> Vec<Said> {
        let request = proto::configure_provider::Request {
            terraform_version: "1.11.4".to_owned(),
            config: Some(encode(self.schemas.provider.as_ref().unwrap(), config)),
            client_capabilities: None,
        };
        said(self.provider.configure_provider(request).await.unwrap().into_inner().diagnostics)
    }

    pub(crate) async fn validate(&mut self, type_name: &str, config: Value) -> Vec<Said> {
        let request = proto::validate_resource_config::Request {
            type_name: type_name.to_owned(),
            config: Some(encode(self.resource(type_name), config)),
            client_capabilities: Some(self.capabilities),
        };
        said(self.provider.validate_resource_config(request).await.unwrap().into_inner().diagnostics)
    }

    /// Plans what Terraform would propose for a configuration; a null configuration plans a deletion.
    pub(crate) async fn plan(&mut self, type_name: &str, prior: &Stored, config: &Value) -> Planned {
        self.plan_again(type_name, prior, config, Vec::new()).await
    }

    /// Plans once more before an apply, with the private state of the first plan, as a client does that keeps it.
    pub(crate) async fn plan_again(
        &mut self,
        type_name: &str,
        prior: &Stored,
        config: &Value,
        planned_private: Vec<u8>,
    ) -> Planned {
        let config = completed(self.resource(type_name), config);
        let proposed = proposed(self.resource(type_name).block.as_ref().unwrap(), &prior.state, &config);
        self.plan_proposed(type_name, prior, proposed, config, planned_private).await
    }

    /// Plans a complete configuration for which nothing computed is proposed, as a CLI does that pairs no elements.
    pub(crate) async fn plan_unpaired(&mut self, type_name: &str, prior: &Stored, config: &Value) -> Planned {
        let config = completed(self.resource(type_name), config);
        let mut proposed = config.as_map().unwrap().clone();
        propose_attributes(&self.resource(type_name).block.as_ref().unwrap().attributes, &prior.state, &mut proposed);
        self.plan_proposed(type_name, prior, Value::Map(proposed), config, Vec::new()).await
    }

    async fn plan_proposed(
        &mut self,
        type_name: &str,
        prior: &Stored,
        proposed: Value,
        config: Value,
        planned_private: Vec<u8>,
    ) -> Planned {
        let schema = self.resource(type_name);
        let request = proto::plan_resource_change::Request {
            type_name: type_name.to_owned(),
            prior_state: Some(encode(schema, prior.state.clone())),
            proposed_new_state: Some(encode(schema, proposed)),
            config: Some(encode(schema, config)),
            prior_private: prior.private.clone(),
            planned_private,
            client_capabilities: Some(self.capabilities),
            ..proto::plan_resource_change::Request::default()
        };
        let response = self.provider.plan_resource_change(request).await.unwrap().into_inner();
        self.deferred = response.deferred.map(|deferred| deferred.reason());
        Planned {
            state: decode(self.resource(type_name), response.planned_state),
            private: response.planned_private,
            requires_replace: response.requires_replace.iter().map(|path| path_text(Some(path))).collect(),
            diagnostics: said(response.diagnostics),
            uses_legacy_type_system: response.legacy_type_system,
        }
    }

    pub(crate) async fn apply(&mut self, type_name: &str, prior: &Stored, planned: &Planned, config: &Value) -> Stored {
        self.apply_or_fail(type_name, prior, planned, config).await.unwrap()
    }

    /// An apply that makes an object; `None` if the process ended before it answered.
    pub(crate) async fn try_create(&mut self, type_name: &str, planned: &Planned, config: &Value) -> Option<Stored> {
        self.apply_or_fail(type_name, &Stored::nothing(), planned, config).await.ok()
    }

    async fn apply_or_fail(
        &mut self,
        type_name: &str,
        prior: &Stored,
        planned: &Planned,
        config: &Value,
    ) -> Result<Stored, tonic::Status> {
        let schema = self.resource(type_name);
        let request = proto::apply_resource_change::Request {
            type_name: type_name.to_owned(),
            prior_state: Some(encode(schema, prior.state.clone())),
            planned_state: Some(encode(schema, planned.state.clone())),
            config: Some(encode(schema, config.clone())),
            planned_private: planned.private.clone(),
            ..proto::apply_resource_change::Request::default()
        };
        let response = self.provider.apply_resource_change(request).await?.into_inner();
        Ok(Stored {
            state: decode(self.resource(type_name), response.new_state),
            private: response.private,
            diagnostics: said(response.diagnostics),
        })
    }

    /// Plans and applies a configuration, without looking at the plan.
    pub(crate) async fn change(&mut self, type_name: &str, prior: &Stored, config: &Value) -> Stored {
        let planned = self.plan(type_name, prior, config).await;
        self.apply(type_name, prior, &planned, config).await
    }

    pub(crate) async fn read(&mut self, type_name: &str, stored: &Stored) -> Stored {
        let request = proto::read_resource::Request {
            type_name: type_name.to_owned(),
            current_state: Some(encode(self.resource(type_name), stored.state.clone())),
            private: stored.private.clone(),
            client_capabilities: Some(self.capabilities),
            ..proto::read_resource::Request::default()
        };
        let response = self.provider.read_resource(request).await.unwrap().into_inner();
        self.deferred = response.deferred.map(|deferred| deferred.reason());
        Stored {
            state: decode(self.resource(type_name), response.new_state),
            private: response.private,
            diagnostics: said(response.diagnostics),
        }
    }

    /// What an id leads to, before it is read; null where there are errors.
    pub(crate) async fn import(&mut self, type_name: &str, id: &str) -> Stored {
        let request = proto::import_resource_state::Request {
            type_name: type_name.to_owned(),
            id: id.to_owned(),
            client_capabilities: Some(self.capabilities),
            ..proto::import_resource_state::Request::default()
        };
        let response = self.provider.import_resource_state(request).await.unwrap().into_inner();
        self.deferred = response.deferred.map(|deferred| deferred.reason());
        let found = response.imported_resources.into_iter().next().unwrap_or_default();
        Stored {
            state: decode(self.resource(type_name), found.state),
            private: found.private,
            diagnostics: said(response.diagnostics),
        }
    }

    /// What an identity leads to, before it is read; null where there are errors.
    pub(crate) async fn import_identity(&mut self, type_name: &str, identity: Value) -> Stored {
        let identity_type = self.identity_type(type_name).await;
        let request = proto::import_resource_state::Request {
            type_name: type_name.to_owned(),
            identity: Some(proto::ResourceIdentityData { identity_data: Some(dynamic(&identity, &identity_type)) }),
            ..proto::import_resource_state::Request::default()
        };
        let response = self.provider.import_resource_state(request).await.unwrap().into_inner();
        let found = response.imported_resources.into_iter().next().unwrap_or_default();
        Stored {
            state: decode(self.resource(type_name), found.state),
            private: found.private,
            diagnostics: said(response.diagnostics),
        }
    }

    async fn identity_type(&mut self, type_name: &str) -> Type {
        let request = proto::get_resource_identity_schemas::Request {};
        let schemas = self.provider.get_resource_identity_schemas(request).await.unwrap().into_inner();
        let attributes = schemas.identity_schemas[type_name].identity_attributes.iter();
        Type::object(attributes.map(|a| (a.name.clone(), Type::from_json(&a.r#type).unwrap())))
    }

    pub(crate) async fn validate_list(&mut self, type_name: &str, config: Value) -> Vec<Said> {
        let request = proto::validate_list_resource_config::Request {
            type_name: type_name.to_owned(),
            config: Some(encode(&self.schemas.list_resource_schemas[type_name], config)),
            ..proto::validate_list_resource_config::Request::default()
        };
        said(self.provider.validate_list_resource_config(request).await.unwrap().into_inner().diagnostics)
    }

    /// The objects that a list resource finds, and all of its diagnostics. 0 is no limit.
    pub(crate) async fn list(
        &mut self,
        type_name: &str,
        config: Value,
        include_state: bool,
        limit: i64,
    ) -> (Vec<Found>, Vec<Said>) {
        let mut events = self.list_events(type_name, config, include_state, limit).await;
        let (mut found, mut diagnostics) = (Vec::new(), Vec::new());
        while let Some(event) = events.message().await.unwrap() {
            diagnostics.extend(said(event.diagnostic));
            let Some(identity) = event.identity else { continue };
            let identity_type = self.identity_type(type_name).await;
            found.push(Found {
                identity: msgpack::decode(&identity.identity_data.unwrap().msgpack, &identity_type).unwrap(),
                display_name: event.display_name,
                state: event.resource_object.map(|object| decode(self.resource(type_name), Some(object))),
            });
        }
        (found, diagnostics)
    }

    /// The events of a list of objects that the client asks for without their states.
    pub(crate) async fn list_stream(
        &mut self,
        type_name: &str,
        config: Value,
        limit: i64,
    ) -> tonic::Streaming<proto::list_resource::Event> {
        self.list_events(type_name, config, false, limit).await
    }

    async fn list_events(
        &mut self,
        type_name: &str,
        config: Value,
        include_resource_object: bool,
        limit: i64,
    ) -> tonic::Streaming<proto::list_resource::Event> {
        let schema = self.schemas.list_resource_schemas.get(type_name);
        let request = proto::list_resource::Request {
            type_name: type_name.to_owned(),
            config: schema.map(|schema| encode(schema, config)),
            include_resource_object,
            limit,
        };
        self.provider.list_resource(request).await.unwrap().into_inner()
    }

    /// The configuration that the provider makes from a state.
    pub(crate) async fn generate(&mut self, type_name: &str, state: Value) -> Value {
        let schema = self.resource(type_name);
        let request = proto::generate_resource_config::Request {
            type_name: type_name.to_owned(),
            state: Some(encode(schema, state)),
        };
        let response = self.provider.generate_resource_config(request).await.unwrap().into_inner();
        assert_eq!(said(response.diagnostics), []);
        decode(self.resource(type_name), response.config)
    }

    pub(crate) async fn read_data(&mut self, type_name: &str, config: Value) -> (Value, Vec<Said>) {
        let schema = self.schemas.data_source_schemas[type_name].clone();
        let request = proto::read_data_source::Request {
            type_name: type_name.to_owned(),
            config: Some(encode(&schema, config)),
            client_capabilities: Some(self.capabilities),
            ..proto::read_data_source::Request::default()
        };
        let response = self.provider.read_data_source(request).await.unwrap().into_inner();
        self.deferred = response.deferred.map(|deferred| deferred.reason());
        (decode(&schema, response.state), said(response.diagnostics))
    }

    pub(crate) async fn validate_ephemeral(&mut self, type_name: &str, config: Value) -> Vec<Said> {
        let request = proto::validate_ephemeral_resource_config::Request {
            type_name: type_name.to_owned(),
            config: Some(encode(self.ephemeral(type_name), config)),
        };
        said(self.provider.validate_ephemeral_resource_config(request).await.unwrap().into_inner().diagnostics)
    }

    pub(crate) async fn open(&mut self, type_name: &str, config: Value) -> Opened {
        let schema = self.ephemeral(type_name).clone();
        let request = proto::open_ephemeral_resource::Request {
            type_name: type_name.to_owned(),
            config: Some(encode(&schema, config)),
            client_capabilities: None,
        };
        let response = self.provider.open_ephemeral_resource(request).await.unwrap().into_inner();
        Opened {
            result: decode(&schema, response.result),
            private: response.private.unwrap_or_default(),
            diagnostics: said(response.diagnostics),
        }
    }

    pub(crate) async fn close(&mut self, type_name: &str, private: &[u8]) -> Vec<Said> {
        let request = proto::close_ephemeral_resource::Request {
            type_name: type_name.to_owned(),
            private: Some(private.to_vec()),
        };
        said(self.provider.close_ephemeral_resource(request).await.unwrap().into_inner().diagnostics)
    }

    /// # Errors
    /// The function's own error text.
    pub(crate) async fn call(&mut self, function: &str, arguments: &[Value]) -> Result<Value, String> {
        let signature = self.schemas.functions[function].clone();
        let types = signature.parameters.iter().map(|parameter| Type::from_json(&parameter.r#type).unwrap());
        let arguments = arguments.iter().zip(types).map(|(value, value_type)| dynamic(value, &value_type));
        let request = proto::call_function::Request { name: function.to_owned(), arguments: arguments.collect() };
        let response = self.provider.call_function(request).await.unwrap().into_inner();
        if let Some(error) = response.error {
            return Err(error.text);
        }
        let result = Type::from_json(&signature.r#return.unwrap().r#type).unwrap();
        Ok(msgpack::decode(&response.result.unwrap().msgpack, &result).unwrap())
    }

    fn ephemeral(&self, type_name: &str) -> &proto::Schema {
        &self.schemas.ephemeral_resource_schemas[type_name]
    }

    pub(crate) fn resource(&self, type_name: &str) -> &proto::Schema {
        &self.schemas.resource_schemas[type_name]
    }
}

impl Stored {
    /// Nothing: what there is before a creation.
    pub(crate) fn nothing() -> Self {
        Self { state: Value::Null, private: Vec::new(), diagnostics: Vec::new() }
    }
}

/// Encodes an object; attributes that are not named are null, blocks that are not named are absent.
pub(crate) fn encode(schema: &proto::Schema, mut value: Value) -> proto::DynamicValue {
    let block = schema.block.as_ref().unwrap();
    complete(block, &mut value);
    dynamic(&value, &block_type(block))
}

/// A configuration as Terraform sends it: attributes that are not named are null, blocks that are not named are absent.
pub(crate) fn completed(schema: &proto::Schema, config: &Value) -> Value {
    decode(schema, Some(encode(schema, config.clone())))
}

pub(crate) fn dynamic(value: &Value, value_type: &Type) -> proto::DynamicValue {
    proto::DynamicValue { msgpack: msgpack::encode(value, value_type).unwrap().into(), json: Vec::new() }
}

pub(crate) fn decode(schema: &proto::Schema, value: Option<proto::DynamicValue>) -> Value {
    let bytes = value.unwrap_or_default().msgpack;
    msgpack::decode(&bytes, &block_type(schema.block.as_ref().unwrap())).unwrap()
}

pub(crate) fn said(diagnostics: Vec<proto::Diagnostic>) -> Vec<Said> {
    let say = |diagnostic: proto::Diagnostic| Said {
        is_error: diagnostic.severity() == proto::diagnostic::Severity::Error,
        path: path_text(diagnostic.attribute.as_ref()),
        summary: diagnostic.summary,
        detail: diagnostic.detail,
    };
    diagnostics.into_iter().map(say).collect()
}

fn path_text(path: Option<&proto::AttributePath>) -> String {
    use proto::attribute_path::step::Selector;

    let steps = path.into_iter().flat_map(|path| &path.steps).map(|step| match step.selector.clone().unwrap() {
        Selector::AttributeName(name) => Step::Attribute(name),
        Selector::ElementKeyString(key) => Step::Key(key),
        Selector::ElementKeyInt(index) => Step::Index(index),
    });
    AttributePath::from(steps.collect::<Vec<_>>()).to_string()
}

pub(crate) fn block_type(block: &proto::schema::Block) -> Type {
    use proto::schema::nested_block::NestingMode;

    let attributes = block.attributes.iter().map(|attribute| (attribute.name.clone(), attribute_type(attribute)));
    let blocks = block.block_types.iter().map(|nested| {
        let object = block_type(nested.block.as_ref().unwrap());
        let nested_type = match nested.nesting() {
            NestingMode::List => Type::list(object),
            NestingMode::Set => Type::set(object),
            NestingMode::Map => Type::map(object),
            _ => object,
        };
        (nested.type_name.clone(), nested_type)
    });
    Type::object(attributes.chain(blocks))
}

fn attribute_type(attribute: &proto::schema::Attribute) -> Type {
    use proto::schema::object::NestingMode;

    let Some(nested) = &attribute.nested_type else { return Type::from_json(&attribute.r#type).unwrap() };
    let object = Type::object(nested.attributes.iter().map(|inner| (inner.name.clone(), attribute_type(inner))));
    match nested.nesting() {
        NestingMode::List => Type::list(object),
        NestingMode::Set => Type::set(object),
        NestingMode::Map => Type::map(object),
        _ => object,
    }
}

/// Absent repeated blocks are empty collections, as Terraform sends them.
fn complete(block: &proto::schema::Block, value: &mut Value) {
    use proto::schema::nested_block::NestingMode;

    let Value::Map(values) = value else { return };
    for nested in &block.block_types {
        let inner = nested.block.as_ref().unwrap();
        let value = values.entry(nested.type_name.clone()).or_default();
        match (nested.nesting(), &mut *value) {
            (NestingMode::List | NestingMode::Set, Value::Null) => *value = Value::List(Vec::new()),
            (NestingMode::Map, Value::Null) => *value = Value::Map(BTreeMap::new()),
            (NestingMode::List | NestingMode::Set, Value::List(elements)) => {
                for element in elements {
                    complete(inner, element);
                }
            }
            (NestingMode::Map, Value::Map(elements)) => {
                for element in elements.values_mut() {
                    complete(inner, element);
                }
            }
            _ => complete(inner, value),
        }
    }
}

/// The configuration with computed attributes that it does not set taken from the prior state, as the CLI makes it. Blocks
/// correlate by index or key, and those in sets by what is configured of them; the first that fits is taken.
fn proposed(block: &proto::schema::Block, prior: &Value, config: &Value) -> Value {
    use proto::schema::nested_block::NestingMode;

    let Value::Map(values) = config else { return config.clone() };
    let mut values = values.clone();
    propose_attributes(&block.attributes, prior, &mut values);
    for nested in &block.block_types {
        let (inner, prior) = (nested.block.as_ref().unwrap(), prior.get(&nested.type_name));
        let Some(value) = values.get_mut(&nested.type_name) else { continue };
        match (nested.nesting(), &mut *value) {
            (NestingMode::List, Value::List(elements)) => {
                for (index, element) in elements.iter_mut().enumerate() {
                    *element = proposed(inner, prior.element(index), element);
                }
            }
            (NestingMode::Set, Value::List(elements)) => {
                let mut priors: Vec<&Value> = prior.as_list().unwrap_or_default().iter().collect();
                for element in elements {
                    let can_be = |prior: &Value| {
                        let inner_type = block_type(inner);
                        proposed(inner, prior, element) == *prior && have_the_same_sets(&inner_type, prior, element)
                    };
                    let found = priors.iter().position(|prior| can_be(prior));
                    let prior = found.map_or(&Value::Null, |found| priors.remove(found));
                    *element = proposed(inner, prior, element);
                }
            }
            (NestingMode::Map, Value::Map(elements)) => {
                for (key, element) in elements {
                    *element = proposed(inner, prior.get(key), element);
                }
            }
            (NestingMode::Single | NestingMode::Group, _) => *value = proposed(inner, prior, value),
            _ => {}
        }
    }
    Value::Map(values)
}

/// The CLI compares sets inside an element of a set as a whole, so one that is left out is not the one computed for it.
fn have_the_same_sets(value_type: &Type, prior: &Value, config: &Value) -> bool {
    if prior == config {
        return true;
    }
    match value_type {
        Type::Set(_) => false,
        Type::List(inner) => {
            let mut elements = prior.as_list().unwrap_or_default().iter().enumerate();
            elements.all(|(index, element)| have_the_same_sets(inner, element, config.element(index)))
        }
        Type::Map(inner) => {
            let mut elements = prior.as_map().into_iter().flatten();
            elements.all(|(key, element)| have_the_same_sets(inner, element, config.get(key)))
        }
        Type::Object(members) => {
            members.iter().all(|(name, inner)| have_the_same_sets(inner, prior.get(name), config.get(name)))
        }
        _ => true,
    }
}

fn propose_attributes(attributes: &[proto::schema::Attribute], prior: &Value, values: &mut BTreeMap<String, Value>) {
    use proto::schema::object::NestingMode;

    for attribute in attributes {
        let value = values.entry(attribute.name.clone()).or_default();
        let prior = prior.get(&attribute.name);
        if value.is_null() {
            if attribute.computed {
                *value = prior.clone();
            }
            continue;
        }
        let Some(nested) = &attribute.nested_type else { continue };
        let propose = |value: &Value, prior: &Value| {
            let Value::Map(values) = value else { return value.clone() };
            let mut values = values.clone();
            propose_attributes(&nested.attributes, prior, &mut values);
            Value::Map(values)
        };
        match (nested.nesting(), &mut *value) {
            (NestingMode::List, Value::List(elements)) => {
                for (index, element) in elements.iter_mut().enumerate() {
                    *element = propose(element, prior.element(index));
                }
            }
            (NestingMode::Set, Value::List(elements)) => {
                let mut priors: Vec<&Value> = prior.as_list().unwrap_or_default().iter().collect();
                for element in elements {
                    let can_be = |prior: &Value| {
                        let same_sets = nested.attributes.iter().all(|inner| {
                            have_the_same_sets(&attribute_type(inner), prior.get(&inner.name), element.get(&inner.name))
                        });
                        propose(element, prior) == *prior && same_sets
                    };
                    let found = priors.iter().position(|prior| can_be(prior));
                    let prior = found.map_or(&Value::Null, |found| priors.remove(found));
                    *element = propose(element, prior);
                }
            }
            (NestingMode::Map, Value::Map(elements)) => {
                for (key, element) in elements {
                    *element = propose(element, prior.get(key));
                }
            }
            (NestingMode::Single, _) => *value = propose(value, prior),
            _ => {}
        }
    }
}
