terraform import simcloud_ram_role.example web
