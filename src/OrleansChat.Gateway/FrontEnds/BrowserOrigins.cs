using Microsoft.AspNetCore.Cors.Infrastructure;

namespace OrleansChat.Gateway.FrontEnds;

/// <summary>Which pages of other origins may read the answers of doors that speak plain HTTP; <see cref="OriginCheck"/> keeps the others out.</summary>
internal static class BrowserOrigins
{
    public const string Policy = "chat";

    public static IServiceCollection AddBrowserOrigins(this IServiceCollection services, GatewayOptions options) =>
        services.AddCors(cors => cors.AddPolicy(Policy, policy => Permit(policy, options)));

    private static void Permit(CorsPolicyBuilder policy, GatewayOptions options) =>
        policy.WithOrigins([.. options.Origins]).AllowAnyHeader().AllowAnyMethod().AllowCredentials();
}
