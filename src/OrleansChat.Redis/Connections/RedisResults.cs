using StackExchange.Redis;

namespace OrleansChat.Redis.Connections;

/// <summary>Reads what scripts reply.</summary>
internal static class RedisResults
{
    /// <summary>Turns storage that did not answer into <see cref="ChatError.Unavailable"/>: the step may have happened.</summary>
    public static async Task<Result<T>> OrUnavailable<T>(this Task<Result<T>> step)
    {
        try
        {
            return await step.ConfigureAwait(false);
        }
        catch (StorageUnavailableException)
        {
            return ChatError.Unavailable;
        }
    }

    /// <summary>The elements of an array; none for nil.</summary>
    public static RedisResult[] Items(this RedisResult result) => result.IsNull ? [] : (RedisResult[])result!;

    /// <summary>The elements of an array of texts; none for nil.</summary>
    public static string[] Texts(this RedisResult result) => Array.ConvertAll(result.Items(), static item => item.Text());

    /// <summary>A text; empty for nil.</summary>
    public static string Text(this RedisResult result) => (string?)result ?? string.Empty;

    /// <summary>Bytes; none for nil.</summary>
    public static byte[] Bytes(this RedisResult result) => (byte[]?)result ?? [];

    /// <summary>A number; 0 for nil.</summary>
    public static long Number(this RedisResult result) => result.IsNull ? 0 : (long)result;

    /// <summary>Whether a reply of 0 or 1 is 1.</summary>
    public static bool IsOne(this RedisResult result) => result.Number() == 1;
}
