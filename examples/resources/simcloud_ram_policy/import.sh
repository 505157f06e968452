terraform import simcloud_ram_policy.example read-objects
