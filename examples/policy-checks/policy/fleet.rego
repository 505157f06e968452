# Rules for fleets, in a plan and in the state after a rehearsal.
package main

import rego.v1

values := object.get(input, "planned_values", object.get(input, "values", {}))

fleets contains resource if {
	walk(values, [_, resource])
	resource.type in {"simcloud_auto_provisioning_group", "alicloud_auto_provisioning_group"}
}

deny contains message if {
	some fleet in fleets
	some pool in fleet.values.launch_template_config
	object.get(pool, "max_price", null) == null
	message := sprintf("%s: a pool has no max_price", [fleet.address])
}

# Known once the rehearsal is applied.
deny contains message if {
	some fleet in fleets
	delivered := fleet.values.fulfilled_capacity
	wanted := to_number(fleet.values.total_target_capacity)
	delivered < wanted
	message := sprintf("%s: %v of %v units are delivered", [fleet.address, delivered, wanted])
}
