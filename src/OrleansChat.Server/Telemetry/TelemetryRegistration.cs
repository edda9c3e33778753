using OpenTelemetry;
using OpenTelemetry.Exporter;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;
using OrleansChat.Server.Options;
using OrleansChat.Telemetry;

namespace OrleansChat.Server.Telemetry;

/// <summary>
/// Collects the meters of this node, of its engine and of the framework; <c>/metrics</c> shows them, a collector gets them, and with them the
/// traces of some sends.
/// </summary>
internal static class TelemetryRegistration
{
    /// <summary>Milliseconds. The last export happens while the node stops, and must not hold that up.</summary>
    private const int CollectorPatience = 2000;

    private static readonly string[] Meters =
        [ChatMetrics.Name, "Microsoft.Orleans", "System.Runtime", "Microsoft.AspNetCore.Server.Kestrel", "Microsoft.AspNetCore.MemoryPool"];

    public static void AddChatTelemetry(this IServiceCollection services, ServerOptions options)
    {
        services.AddSingleton<PrometheusScrape>();
        services.AddSingleton(provider => Build(options, provider.GetRequiredService<PrometheusScrape>()));
        if (options is { Otlp: { } collector, TraceRatio: > 0 })
        {
            services.AddSingleton(_ => Traces(options, collector));
        }
    }

    public static void MapMetrics(this WebApplication app)
    {
        // Counting and tracing begin with the node, not with the first look at it.
        app.Services.GetRequiredService<MeterProvider>();
        app.Services.GetService<TracerProvider>();
        app.MapGet("/metrics", static async (PrometheusScrape scrape, HttpContext http) =>
        {
            http.Response.ContentType = "text/plain; version=0.0.4; charset=utf-8";
            http.Response.Headers.CacheControl = "no-store";
            await http.Response.WriteAsync(await scrape.ReadAsync(http.RequestAborted), http.RequestAborted);
        }).ExcludeFromDescription();
    }

    private static MeterProvider Build(ServerOptions options, PrometheusScrape scrape)
    {
        MeterProviderBuilder builder = Sdk.CreateMeterProviderBuilder()
            .ConfigureResource(resource => Describe(resource, options))
            .AddMeter(Meters)
            .AddReader(scrape.Reader);
        if (options.Otlp is { } collector)
        {
            builder.AddOtlpExporter(exporter => Export(exporter, collector, "/v1/metrics"));
        }

        return builder.Build();
    }

    // Which sends are traced is decided where they begin, before anything is made for them: all that there is is exported.
    private static TracerProvider Traces(ServerOptions options, Uri collector) =>
        Sdk.CreateTracerProviderBuilder()
            .ConfigureResource(resource => Describe(resource, options))
            .SetSampler(new AlwaysOnSampler())
            .AddSource(ChatTraces.Name)
            .AddOtlpExporter(exporter => Export(exporter, collector, "/v1/traces"))
            .Build();

    private static void Describe(ResourceBuilder resource, ServerOptions options) => resource.AddService("orleanschat", serviceInstanceId: options.Node);

    private static void Export(OtlpExporterOptions exporter, Uri collector, string path)
    {
        exporter.Endpoint = new Uri(collector, path);
        exporter.Protocol = OtlpExportProtocol.HttpProtobuf;
        exporter.TimeoutMilliseconds = CollectorPatience;
    }
}
