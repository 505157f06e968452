# Units of capacity are vCPUs when each pool's weight is the vCPU count of its type.
locals {
  types   = ["ecs.g7.large", "ecs.g7.xlarge", "ecs.g7.2xlarge"]
  weights = { for type in local.types : type => provider::simcloud::instance_type(type).vcpus }
}

output "weights" {
  value = local.weights
}
