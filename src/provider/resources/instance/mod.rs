//! `simcloud_instance`: one instance.

pub(in crate::provider) mod forecast;
mod planning;
mod request;
mod schema;
mod state;
mod validation;

use async_trait::async_trait;

use crate::base::InstanceId;
use crate::cloud::model::{DescribeSingleInstancesRequest, SingleInstance};
use crate::cloud::{Cloud, CloudError, Member, codes};
use crate::provider::block::Configured;
use crate::provider::framework::check::text;
use crate::provider::framework::context::ProviderContext;
use crate::provider::framework::diagnostic;
use crate::provider::framework::object_resource::CloudObject;
use crate::tf::provider::{ApplyRequest, PlanRequest, PlanResponse};
use crate::tf::{Diagnostics, Schema, Value};

type Reply<T> = Result<T, CloudError>;

/// The arguments that have another name here than in the other resources.
pub(in crate::provider) const ATTRIBUTE_NAMES: &[(Member, &str)] =
    &[(Member::ZoneId, "availability_zone"), (Member::SecurityGroupIds, "security_groups")];

#[derive(Debug)]
pub(crate) struct InstanceObject;

#[async_trait]
impl CloudObject for InstanceObject {
    type Object = SingleInstance;

    const NOUN: &'static str = "instance";
    const NOT_FOUND: &'static [&'static str] = &[codes::INVALID_INSTANCE_NOT_FOUND];
    const ATTRIBUTE_NAMES: &'static [(Member, &'static str)] = ATTRIBUTE_NAMES;

    fn schema() -> Schema {
        schema::schema()
    }

    fn validate(config: &Value, diagnostics: &mut Diagnostics) {
        validation::validate(config, diagnostics);
    }

    fn plan(configured: Option<&Configured>, request: &PlanRequest, response: &mut PlanResponse) {
        planning::plan(configured, request, response);
    }

    async fn forecast(
        context: &ProviderContext,
        configured: &Configured,
        request: &PlanRequest,
        response: &mut PlanResponse,
    ) {
        planning::forecast(context, configured, request, response).await;
    }

    fn arguments(context: &ProviderContext, configured: &Configured, request: &ApplyRequest) -> Value {
        if request.prior_state.is_null() {
            context.add_planned_launches(&request::kind(&request.planned_state), -1);
        }
        request::arguments(configured, request)
    }

    fn canonical_value(_configured: Option<&Configured>, arguments: &Value, name: &str) -> Value {
        request::canonical_value(arguments, name)
    }

    async fn create(cloud: &Cloud, arguments: &Value, configuration: String) -> Reply<SingleInstance> {
        cloud.launch_instance(request::launch(arguments, configuration)).await
    }

    fn after_create(single: &SingleInstance, _arguments: &Value, diagnostics: &mut Diagnostics) {
        diagnostic::warnings("Instance", single.instance.instance_id.as_str(), &single.warnings, diagnostics);
    }

    async fn describe(cloud: &Cloud, id: &str) -> Reply<Option<SingleInstance>> {
        let request = DescribeSingleInstancesRequest {
            instance_ids: Some([InstanceId::from(id)].into()),
            ..DescribeSingleInstancesRequest::default()
        };
        Ok(cloud.describe_single_instances(request).await?.pop())
    }

    async fn modify(cloud: &Cloud, prior: &Value, arguments: &Value, configuration: String) -> Reply<SingleInstance> {
        cloud.modify_instance(request::modification(prior, arguments, configuration)).await
    }

    async fn delete(cloud: &Cloud, prior: &Value) -> Reply<()> {
        cloud.delete_instance(text(prior, "id").unwrap_or_default().into()).await
    }

    fn id(single: &SingleInstance) -> String {
        single.instance.instance_id.to_string()
    }

    fn configuration(single: &SingleInstance) -> &str {
        &single.request.configuration
    }

    fn set_computed(state: &mut Value, single: &SingleInstance) {
        state::set_computed(state, single);
    }
}
