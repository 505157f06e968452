//! The services' wire APIs: the simulated cloud, spoken to by the services' own clients over HTTP.
//!
//! Signatures are not checked: who reaches the loopback interface may do everything here.

mod alibaba; // RPC with JSON replies, as Alibaba's SDKs and provider speak it
mod call; // what a client asks, found in the HTTP request
mod ec2; // EC2 in the Query protocol, and STS and SSM beside it
mod ec2_2007; // RunInstances of 2007, in XML and SOAP
mod launch_template; // the launch template that a call names
mod parameters; // parameters as a tree
mod reply; // what a service answers
mod server; // connections, TLS and limits

pub use server::{Authority, AuthorityError, Options, Server, pem};
