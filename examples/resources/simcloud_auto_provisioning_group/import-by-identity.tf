import {
  to = simcloud_auto_provisioning_group.web
  identity = {
    id = "apg-0xi59tpwttz3yz4daabn"
  }
}
