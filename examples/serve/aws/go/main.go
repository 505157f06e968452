// Launches instances in the first zone that has room.
package main

import (
	"context"
	"errors"
	"fmt"
	"log"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/config"
	"github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/ec2/types"
	"github.com/aws/smithy-go"
)

var zones = []string{"us-east-1a", "us-east-1b", "us-east-1c"}

func launch(ctx context.Context, client *ec2.Client, zone string) (int, error) {
	reply, err := client.RunInstances(ctx, &ec2.RunInstancesInput{
		ImageId:      aws.String("ami-0a1b2c3d4e5f60718"),
		InstanceType: types.InstanceTypeM5Large,
		MinCount:     aws.Int32(1),
		MaxCount:     aws.Int32(3),
		Placement:    &types.Placement{AvailabilityZone: aws.String(zone)},
	})
	if err != nil {
		return 0, err
	}
	return len(reply.Instances), nil
}

func main() {
	ctx := context.Background()
	// The environment of `serve` names endpoint, region and credentials; one attempt, because the loop looks elsewhere.
	settings, err := config.LoadDefaultConfig(ctx, config.WithRetryMaxAttempts(1))
	if err != nil {
		log.Fatal(err)
	}
	client := ec2.NewFromConfig(settings)
	for _, zone := range zones {
		count, err := launch(ctx, client, zone)
		var refusal smithy.APIError
		switch {
		case err == nil:
			fmt.Printf("%s: %d instances\n", zone, count)
			return
		case errors.As(err, &refusal) && refusal.ErrorCode() == "InsufficientInstanceCapacity":
			fmt.Printf("%s: no capacity\n", zone)
		default:
			log.Fatal(err)
		}
	}
	log.Fatal("nothing is free anywhere")
}
