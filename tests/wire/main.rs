//! The services' wire APIs, spoken to by the services' own clients and by strangers.

#![expect(clippy::unwrap_used, reason = "a test's helpers are tests too")]

mod alibaba; // calls and replies of Alibaba's APIs
mod alibaba_changes; // changes, each of which is one transaction
mod alibaba_instances; // instances, and what belongs to them
mod alibaba_launches; // launches of several instances
mod aws; // boto3
mod aws_fleets; // fleets by boto3
mod command; // `serve -- COMMAND`
mod guide; // the example of the guide
mod http; // a client without any cleverness
mod java; // Alibaba's SDK for Java
mod many_clients; // and Terraform beside them
mod price_history; // prices of a server, imported
mod python; // Alibaba's SDKs for Python
mod server; // a server that runs
mod strangers; // clients that mean no good
mod strict; // replies of Amazon's services against their models
mod xml; // the documents of 2007
