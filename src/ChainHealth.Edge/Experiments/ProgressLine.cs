using System.Globalization;

namespace ChainHealth.Edge.Experiments;

/// <summary>Tells on the error stream how far a grid is and how long it will take: the mean time of this data set's
/// finished cells, or of all, times the cells that are left.</summary>
internal sealed class ProgressLine(TextWriter output, IReadOnlyList<Cell> cells, TimeProvider time)
{
    private readonly Dictionary<string, (double Seconds, int Count)> _spent = [];
    private readonly long _start = time.GetTimestamp();
    private int _done;

    public void Finished(CellResult result)
    {
        _done++;
        (double seconds, int count) = _spent.GetValueOrDefault(result.Cell.Dataset);
        _spent[result.Cell.Dataset] = (seconds + result.Seconds, count + 1);
        CheckLine? first = result.Checked.FirstOrDefault();
        string verdict = first is null ? "" : string.Create(CultureInfo.InvariantCulture,
            $"refused {first.PoisonedRefused}/{first.Poisoned} poisoned, {first.HonestRefused}/{first.Honest} honest; ")
            + string.Create(CultureInfo.InvariantCulture,
                $"accuracy {first.Score.Accuracy:F3} (unprotected {result.Unprotected.Accuracy:F3})");
        output.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"{_done}/{cells.Count}  {result.Cell}: {verdict}; {Text(Elapsed)} gone, about {Text(Left)} left"));
    }

    public TimeSpan Elapsed => time.GetElapsedTime(_start);

    private TimeSpan Left
    {
        get
        {
            double all = _spent.Values.Sum(s => s.Seconds) / Math.Max(1, _spent.Values.Sum(s => s.Count));
            return TimeSpan.FromSeconds(cells.Skip(_done).Sum(c =>
                _spent.TryGetValue(c.Dataset, out (double Seconds, int Count) s) ? s.Seconds / s.Count : all));
        }
    }

    private static string Text(TimeSpan span) => span.TotalHours >= 1
        ? $"{(int)span.TotalHours} h {span.Minutes} min" : span.TotalMinutes >= 1
        ? $"{span.Minutes} min {span.Seconds} s" : $"{span.Seconds} s";
}
