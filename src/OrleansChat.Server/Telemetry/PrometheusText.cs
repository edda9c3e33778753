using System.Globalization;
using System.Text;
using OpenTelemetry.Metrics;

namespace OrleansChat.Server.Telemetry;

/// <summary>
/// Metrics in Prometheus' text format 0.0.4, named after the OpenTelemetry compatibility rules: characters that Prometheus does not know become
/// underscores, the unit follows the name, counters end in <c>_total</c>.
/// </summary>
internal static class PrometheusText
{
    private static readonly Dictionary<string, string> Units = new()
    {
        ["s"] = "seconds",
        ["ms"] = "milliseconds",
        ["By"] = "bytes",
        ["%"] = "percent",
        ["1"] = "ratio",
    };

    /// <summary>Writes one metric with all its points.</summary>
    public static void Write(StringBuilder text, Metric metric)
    {
        string type = metric.MetricType switch
        {
            MetricType.LongSum or MetricType.DoubleSum => "counter",
            MetricType.Histogram => "histogram",
            MetricType.LongGauge or MetricType.DoubleGauge or MetricType.LongSumNonMonotonic or MetricType.DoubleSumNonMonotonic => "gauge",
            _ => string.Empty,
        };
        if (type.Length == 0)
        {
            return;
        }

        string name = NameOf(metric, type == "counter");
        string help = string.IsNullOrEmpty(metric.Description) ? metric.Name : metric.Description;
        text.Append("# HELP ").Append(name).Append(' ').Append(Escape(help)).Append('\n');
        text.Append("# TYPE ").Append(name).Append(' ').Append(type).Append('\n');
        foreach (ref readonly MetricPoint point in metric.GetMetricPoints())
        {
            string labels = LabelsOf(point.Tags);
            if (type == "histogram")
            {
                WriteHistogram(text, name, labels, point);
            }
            else
            {
                Line(text, name, labels, ValueOf(metric.MetricType, point));
            }
        }
    }

    private static void WriteHistogram(StringBuilder text, string name, string labels, in MetricPoint point)
    {
        long below = 0;
        string comma = labels.Length == 0 ? string.Empty : ",";
        foreach (HistogramBucket bucket in point.GetHistogramBuckets())
        {
            below += bucket.BucketCount;
            Line(text, name + "_bucket", $"{labels}{comma}le=\"{Number(bucket.ExplicitBound)}\"", below);
        }

        Line(text, name + "_sum", labels, point.GetHistogramSum());
        Line(text, name + "_count", labels, point.GetHistogramCount());
    }

    private static double ValueOf(MetricType type, in MetricPoint point) => type switch
    {
        MetricType.LongSum or MetricType.LongSumNonMonotonic => point.GetSumLong(),
        MetricType.DoubleSum or MetricType.DoubleSumNonMonotonic => point.GetSumDouble(),
        MetricType.LongGauge => point.GetGaugeLastValueLong(),
        _ => point.GetGaugeLastValueDouble(),
    };

    private static void Line(StringBuilder text, string name, string labels, double value)
    {
        text.Append(name);
        if (labels.Length > 0)
        {
            text.Append('{').Append(labels).Append('}');
        }

        text.Append(' ').Append(Number(value)).Append('\n');
    }

    private static string Number(double value) =>
        double.IsPositiveInfinity(value) ? "+Inf" : double.IsNegativeInfinity(value) ? "-Inf" : value.ToString("R", CultureInfo.InvariantCulture);

    private static string NameOf(Metric metric, bool isCounter)
    {
        var name = new StringBuilder(Known(metric.Name));
        if (Units.TryGetValue(metric.Unit, out string? unit) && !name.ToString().EndsWith(unit, StringComparison.Ordinal))
        {
            name.Append('_').Append(unit);
        }

        // A gauge may not be named like the count of a histogram.
        if (metric.MetricType != MetricType.Histogram && name.ToString().EndsWith("_count", StringComparison.Ordinal))
        {
            name.Length -= "_count".Length;
            name.Append("_number");
        }

        return isCounter && !name.ToString().EndsWith("_total", StringComparison.Ordinal) ? name.Append("_total").ToString() : name.ToString();
    }

    private static string LabelsOf(OpenTelemetry.ReadOnlyTagCollection tags)
    {
        var labels = new StringBuilder();
        foreach ((string key, object? value) in tags)
        {
            labels.Append(labels.Length == 0 ? string.Empty : ",").Append(Known(key)).Append("=\"")
                .Append(Escape(Convert.ToString(value, CultureInfo.InvariantCulture) ?? string.Empty).Replace("\"", "\\\"", StringComparison.Ordinal)).Append('"');
        }

        return labels.ToString();
    }

    private static string Known(string name) => string.Concat(name.Select(c => char.IsAsciiLetterOrDigit(c) || c == '_' ? c : '_'));

    private static string Escape(string text) => text.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\n", "\\n", StringComparison.Ordinal);
}
