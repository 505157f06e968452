# Two images share 30 instances: each its minimum first, then one at a time in turn. The result is [8, 22].
output "shares" {
  value = provider::simcloud::round_robin([{ min = 5, max = 10 }, { min = 20, max = 40 }], 30)
}
