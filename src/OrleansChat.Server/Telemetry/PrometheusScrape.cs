using System.Text;
using OpenTelemetry;
using OpenTelemetry.Metrics;

namespace OrleansChat.Server.Telemetry;

/// <summary>Collects when it is asked, and gives the result as Prometheus' text. One at a time: scrapes that come meanwhile wait.</summary>
internal sealed class PrometheusScrape : IDisposable
{
    private readonly SemaphoreSlim _one = new(1, 1);
    private readonly TextExporter _exporter = new();

    public PrometheusScrape() => Reader = new BaseExportingMetricReader(_exporter);

    public MetricReader Reader { get; }

    public async Task<string> ReadAsync(CancellationToken cancellation)
    {
        await _one.WaitAsync(cancellation);
        try
        {
            Reader.Collect();
            return _exporter.Text;
        }
        finally
        {
            _one.Release();
        }
    }

    public void Dispose()
    {
        _one.Dispose();
        Reader.Dispose();
        _exporter.Dispose();
    }

    [ExportModes(ExportModes.Push | ExportModes.Pull)]
    private sealed class TextExporter : BaseExporter<Metric>
    {
        public string Text { get; private set; } = string.Empty;

        public override ExportResult Export(in Batch<Metric> batch)
        {
            var text = new StringBuilder(16 * 1024);
            foreach (Metric metric in batch)
            {
                PrometheusText.Write(text, metric);
            }

            Text = text.ToString();
            return ExportResult.Success;
        }
    }
}
