using System.Collections.Immutable;

namespace ChainHealth.Learning;

/// <summary>How well scores predict labels.</summary>
/// <param name="Accuracy">Correct / all, 0..1.</param>
/// <param name="Recall">Per class correct / records of the class; NaN for a class without records.</param>
/// <param name="Auc">Area under the ROC curve, one class against the rest, mean over the classes that have both
/// positive and negative records; ties count half; NaN where there is none.</param>
/// <param name="MeanLoss">Mean cross entropy in nats, unweighted.</param>
/// <param name="Confusion">Confusion[actual][predicted], counted.</param>
public sealed record Metrics(
    int Count,
    double Accuracy,
    ImmutableArray<double> Recall,
    double Auc,
    double MeanLoss,
    ImmutableArray<ImmutableArray<int>> Confusion)
{
    /// <summary>Least recall of the classes that have records; NaN where there is none.</summary>
    public double RecallMin => Recall.Where(r => !double.IsNaN(r)).DefaultIfEmpty(double.NaN).Min();

    /// <param name="scores">Count x classes, before softmax.</param>
    /// <exception cref="ArgumentException">Scores and labels do not fit each other, or there are none.</exception>
    public static Metrics Compute(ReadOnlySpan<float> scores, ReadOnlySpan<int> labels, int classes)
    {
        if (labels.IsEmpty || scores.Length != labels.Length * classes)
        {
            throw new ArgumentException($"{scores.Length} scores are not {labels.Length} records x {classes} classes");
        }

        var confusion = new int[classes][];
        for (int c = 0; c < classes; c++)
        {
            confusion[c] = new int[classes];
        }

        double loss = 0;
        for (int i = 0; i < labels.Length; i++)
        {
            ReadOnlySpan<float> row = scores.Slice(i * classes, classes);
            confusion[labels[i]][ArgMax(row)]++;
            loss += LogSumExp(row) - row[labels[i]];
        }

        int correct = 0;
        var recall = ImmutableArray.CreateBuilder<double>(classes);
        for (int c = 0; c < classes; c++)
        {
            correct += confusion[c][c];
            int all = confusion[c].Sum();
            recall.Add(all == 0 ? double.NaN : (double)confusion[c][c] / all);
        }

        return new Metrics(labels.Length, (double)correct / labels.Length, recall.MoveToImmutable(),
            RocArea.Macro(scores, labels, classes), loss / labels.Length,
            [.. confusion.Select(r => r.ToImmutableArray())]);
    }

    /// <summary>The first of the largest scores: the rule that the encrypted check uses too.</summary>
    public static int ArgMax(ReadOnlySpan<float> scores)
    {
        int best = 0;
        for (int c = 1; c < scores.Length; c++)
        {
            best = scores[c] > scores[best] ? c : best;
        }

        return best;
    }

    private static double LogSumExp(ReadOnlySpan<float> row)
    {
        double max = row[ArgMax(row)];
        double sum = 0;
        foreach (float score in row)
        {
            sum += Math.Exp(score - max);
        }

        return max + Math.Log(sum);
    }
}
