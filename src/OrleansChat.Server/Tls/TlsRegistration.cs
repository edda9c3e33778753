using Microsoft.AspNetCore.Server.Kestrel.Core;
using OrleansChat.Server.Options;

namespace OrleansChat.Server.Tls;

/// <summary>Puts TLS before the doors that the operator wants it for.</summary>
internal static class TlsRegistration
{
    public static void AddChatTls(this IServiceCollection services, ServerOptions options)
    {
        if (options.Tls is { } tls)
        {
            services.AddSingleton(tls);
            services.AddSingleton<ServerCertificate>();
        }
    }

    /// <summary>Comes before the door itself.</summary>
    public static ListenOptions UseChatTls(this ListenOptions listener, ServerOptions options, Setting door) =>
        options.SpeaksTls(door) ? listener.UseHttps(listener.ApplicationServices.GetRequiredService<ServerCertificate>().Handshake) : listener;

    public static bool SpeaksTls(this ServerOptions options, Setting door) => options.Tls is { } tls && tls.Doors.Contains(door);
}
