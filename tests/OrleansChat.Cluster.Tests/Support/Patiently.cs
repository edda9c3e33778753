using OrleansChat.Testing;

namespace OrleansChat.Cluster.Tests.Support;

using OrleansChat.Client;

/// <summary>Does what a client does that is told to try again: with Orleans, the grains of a silo that was killed answer nobody until it is declared dead.</summary>
internal static class Patiently
{
    public static async Task<T> AsTold<T>(Func<Task<T>> ask, string what)
        where T : class =>
        (await Eventually.ValueAsync(
            async () =>
            {
                try
                {
                    return await ask();
                }
                catch (ChatException refused) when (refused.Retry)
                {
                    return null;
                }
            },
            answer => answer is not null,
            what: what))!;
}
