namespace OrleansChat.Server.Health;

/// <summary>One condition without which the node must get no new clients, such as that Redis answers. Registered as a service, any number.</summary>
/// <param name="Name">As <c>/health/ready</c> reports it.</param>
/// <param name="IsReadyAsync">Is given a second to answer; an exception counts as no.</param>
internal sealed record ReadinessCheck(string Name, Func<CancellationToken, Task<bool>> IsReadyAsync);

internal static class ReadinessCheckRegistration
{
    public static void AddReadinessCheck(this IServiceCollection services, string name, Func<IServiceProvider, CancellationToken, Task<bool>> isReadyAsync) =>
        services.AddSingleton(provider => new ReadinessCheck(name, cancellation => isReadyAsync(provider, cancellation)));
}
