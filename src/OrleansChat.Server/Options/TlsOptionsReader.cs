using OrleansChat.Server.Tls;

namespace OrleansChat.Server.Options;

/// <summary>Reads what concerns TLS, and the certificate itself: one that cannot be used is a wrong option.</summary>
internal static class TlsOptionsReader
{
    private static readonly Setting[] Encryptable = [Settings.Http, Settings.Line, Settings.Resp];

    /// <summary>Null: connections are not encrypted.</summary>
    public static TlsOptions? Read(SettingSource source, List<string> errors)
    {
        string? certificate = source.Find(Settings.TlsCertificate)?.Value;
        if (certificate is null)
        {
            // Whoever gives one of the others believes to be encrypted.
            errors.AddRange(new[] { Settings.TlsKey, Settings.TlsPassword, Settings.TlsDoors }
                .Where(other => source.Find(other) is not null)
                .Select(other => $"--{other.Name} encrypts nothing by itself: give --{Settings.TlsCertificate.Name} too, or take it away"));
            return null;
        }

        Setting[] doors = Doors(source, errors);
        CertificateFiles files = new(certificate, source.Find(Settings.TlsKey)?.Value, source.Find(Settings.TlsPassword)?.Value);
        try
        {
            // The server has not begun; there is nothing to hold up.
            CertificateContent content = files.ReadAsync().GetAwaiter().GetResult();
            return new TlsOptions(files, content, files.Parse(content), doors);
        }
        catch (CertificateException exception)
        {
            errors.Add(exception.Message);
            return null;
        }
    }

    private static Setting[] Doors(SettingSource source, List<string> errors)
    {
        if (source.Find(Settings.TlsDoors) is not ({ } text, { } place))
        {
            return [Settings.Http];
        }

        string[] names = text.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        Setting[] doors = [.. Encryptable.Where(door => names.Contains(door.Name, StringComparer.OrdinalIgnoreCase))];
        if (names.Length == 0 || names.Distinct(StringComparer.OrdinalIgnoreCase).Count() != doors.Length)
        {
            errors.Add($"{place}: '{text.ReplaceLineEndings(" ")}' is not a list of doors: give one or more of http,line,resp");
        }

        return doors;
    }
}
