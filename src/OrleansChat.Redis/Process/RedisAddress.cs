using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using StackExchange.Redis;

namespace OrleansChat.Redis;

/// <summary>Where a Redis listens and how to sign in to it. Its text never shows the password.</summary>
/// <param name="Host">A host name or an IP address, without brackets.</param>
/// <param name="Port">1 to 65535.</param>
/// <param name="Password">Null when the server asks for none.</param>
public sealed record RedisAddress(string Host, int Port, string? Password = null)
{
    private const string PasswordKey = "password=";

    /// <summary>Reads <c>host:port[,password=...]</c>; the password has no comma, which the client library could not be told.</summary>
    public static bool TryParse(string? text, [NotNullWhen(true)] out RedisAddress? address)
    {
        address = null;
        if (string.IsNullOrWhiteSpace(text))
        {
            return false;
        }

        int comma = text.IndexOf(',', StringComparison.Ordinal);
        string endpoint = (comma < 0 ? text : text[..comma]).Trim();
        string? password = null;
        if (comma >= 0)
        {
            string rest = text[(comma + 1)..].TrimStart();
            if (!rest.StartsWith(PasswordKey, StringComparison.OrdinalIgnoreCase)
                || rest.Length == PasswordKey.Length
                || rest.Contains(',', StringComparison.Ordinal))
            {
                return false;
            }

            password = rest[PasswordKey.Length..];
        }

        int colon = endpoint.LastIndexOf(':');
        if (colon <= 0
            || !int.TryParse(endpoint.AsSpan(colon + 1), NumberStyles.None, CultureInfo.InvariantCulture, out int port)
            || port is < 1 or > 65535)
        {
            return false;
        }

        string host = endpoint[..colon];
        if (host.StartsWith('[') && host.EndsWith(']'))
        {
            host = host[1..^1];
        }
        else if (host.Contains(':', StringComparison.Ordinal))
        {
            return false;
        }

        if (Uri.CheckHostName(host) == UriHostNameType.Unknown)
        {
            return false;
        }

        address = new RedisAddress(host, port, password);
        return true;
    }

    /// <summary>The settings for a connection of the client library; the caller adds its own deadlines and names.</summary>
    public ConfigurationOptions ToConfiguration()
    {
        ConfigurationOptions configuration = new() { AbortOnConnectFail = false };
        configuration.EndPoints.Add(Host, Port);
        if (Password is not null)
        {
            configuration.Password = Password;
        }

        return configuration;
    }

    /// <summary><c>host:port</c>, without the password.</summary>
    public override string ToString() =>
        Host.Contains(':', StringComparison.Ordinal)
            ? string.Create(CultureInfo.InvariantCulture, $"[{Host}]:{Port}")
            : string.Create(CultureInfo.InvariantCulture, $"{Host}:{Port}");
}
