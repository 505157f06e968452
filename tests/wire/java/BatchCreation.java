import com.aliyun.ecs20140526.Client;
import com.aliyun.ecs20140526.models.CreateAutoProvisioningGroupRequest;
import com.aliyun.ecs20140526.models.CreateAutoProvisioningGroupRequest.CreateAutoProvisioningGroupRequestLaunchConfiguration;
import com.aliyun.ecs20140526.models.CreateAutoProvisioningGroupRequest.CreateAutoProvisioningGroupRequestLaunchTemplateConfig;
import com.aliyun.teaopenapi.models.Config;
import com.aliyun.teautil.models.RuntimeOptions;
import com.google.gson.Gson;
import java.util.List;

/**
 * The call of the vendor's sample for batch creation, member by member. The first argument is the endpoint, the second a
 * protocol for those who do not want TLS.
 */
public class BatchCreation {
    public static void main(String[] arguments) throws Exception {
        Config config = new Config().setAccessKeyId("any").setAccessKeySecret("any").setEndpoint(arguments[0]);
        if (arguments.length > 1) {
            config.setProtocol(arguments[1]);
        }
        var request = new CreateAutoProvisioningGroupRequest();
        request.autoProvisioningGroupType = "instant";
        request.regionId = "cn-heyuan";
        request.clientToken = "0c593ea1-3bea******************";
        request.spotAllocationStrategy = "lowest-price";
        request.payAsYouGoAllocationStrategy = "prioritized";
        request.totalTargetCapacity = "5";
        request.payAsYouGoTargetCapacity = "3";
        request.spotTargetCapacity = "2";
        var launch = new CreateAutoProvisioningGroupRequestLaunchConfiguration();
        launch.securityGroupId = "sg-f8zf6vg51*********";
        launch.imageId = "aliyun_3_x64_20G_alibase_20250629.vhd";
        launch.systemDiskCategory = "cloud_ssd";
        launch.systemDiskSize = 40;
        request.launchConfiguration = launch;
        var pool = new CreateAutoProvisioningGroupRequestLaunchTemplateConfig();
        pool.vSwitchId = "vsw-f8zadqudz*********";
        pool.instanceType = "ecs.s6-c1m1.small";
        pool.weightedCapacity = 1.0;
        request.launchTemplateConfig = List.of(pool);
        var response = new Client(config).createAutoProvisioningGroupWithOptions(request, new RuntimeOptions());
        System.out.println(new Gson().toJson(response.getBody()));
    }
}
