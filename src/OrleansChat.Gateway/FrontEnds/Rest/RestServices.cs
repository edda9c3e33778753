using OrleansChat.Gateway.Commands;
using OrleansChat.Gateway.FrontEnds.Rest.Accounts;
using OrleansChat.Gateway.FrontEnds.Rest.Documents;
using OrleansChat.Gateway.FrontEnds.Rest.OpenApi;
using OrleansChat.Gateway.FrontEnds.Rest.Requests;

namespace OrleansChat.Gateway.FrontEnds.Rest;

/// <summary>What the REST door needs besides the commands, the tokens and the gateway's options.</summary>
internal static class RestServices
{
    public static IServiceCollection AddChatRest(this IServiceCollection services)
    {
        services.AddSingleton<CommandExecutor>(static provider => provider.GetRequiredService<ChatCommands>().ExecuteAsync);
        services.AddSingleton<AccountHandlers>();
        services.AddSingleton<RestLimits>();
        services.AddSingleton<RestPipeline>();
        services.AddSingleton<OpenApiCache>();
        services.ConfigureHttpJsonOptions(json => json.SerializerOptions.TypeInfoResolverChain.Insert(0, RestJson.Default));
        return services.AddOpenApi(OpenApiCache.DocumentName, RestOpenApi.Configure);
    }
}
