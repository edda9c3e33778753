namespace OrleansChat.Redis.Pipelines;

/// <summary>Reads the client library's configuration as far as a <see cref="RedisPipeline"/> understands it.</summary>
internal static class PipelineAddress
{
    /// <summary>The one server of a configuration; null when there are several, or any setting that this connection would not
    /// honour. An IPv6 address is one too: the client library writes it without brackets, and where its port begins is a guess.</summary>
    public static RedisAddress? Of(string configuration)
    {
        string[] parts = configuration.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        string? password = null;
        foreach (string setting in parts.Skip(1))
        {
            int sign = setting.IndexOf('=', StringComparison.Ordinal);
            switch (sign < 0 ? string.Empty : setting[..sign].ToUpperInvariant())
            {
                case "PASSWORD":
                    password = setting[(sign + 1)..];
                    break;
                case "ABORTCONNECT":
                    // This connection always goes on trying.
                    break;
                default:
                    return null;
            }
        }

        return parts.Length > 0 && RedisAddress.TryParse(parts[0], out RedisAddress? address) ? address with { Password = password } : null;
    }
}
