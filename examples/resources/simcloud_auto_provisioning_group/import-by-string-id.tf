import {
  to = simcloud_auto_provisioning_group.web
  id = "apg-0xi59tpwttz3yz4daabn"
}
