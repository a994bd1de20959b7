using ChainHealth.Learning;
using ChainHealth.Mpc;
using ChainHealth.Primitives;

namespace ChainHealth.Edge.Tests;

/// <summary>Poisoned updates from real training, each of which exactly one of the encrypted checks catches while all
/// are on; honest updates pass.</summary>
public class PoisonTests
{
    private static readonly Lazy<PoisonScene> Cells = new(() =>
    {
        Dataset wdbc = DatasetLoader.Load("wdbc");
        Architecture mlp = Architectures.TryCreate("mlp", wdbc.Schema.Shape, wdbc.Schema.Classes, out _)!;
        Records[] hospitals = [.. Partition.All(wdbc, 4, null, 3).Select(p => wdbc.Train.Take(p))];
        return new PoisonScene(
            mlp, hospitals, ValidationPool.Select(wdbc, 96, 3), TrainingDefaults.For(wdbc).Options);
    });

    // Attackers train as they like within the clip norm.
    private const int ClipMillis = 5000;

    private static readonly Lazy<PoisonScene> Pictures = new(MakePictures);

    private static CheckPolicy Policy(PoisonScene scene, int accuracy = 400, int recall = 250) =>
        new(96, accuracy, 0, recall, 0)
        {
            Limits = new CheckLimits
            {
                NormMinMillis = 20,
                NormMaxMillis = (int)(1500 * scene.LongestNorm),
                CosineMinPerMille = -300,
                DuplicateCosinePerMille = 999,
                PatchRecords = 64,
                PatchRushPerMille = 600,
                LeaveOneOutRecords = 96,
                LeaveOneOutMarginPerMille = 150,
            },
        };

    private static async Task OnlyAsync(
        RefusalReasons reason, PoisonScene scene, float[] attack, CheckPolicy policy, int weight = 1, int seed = 1)
    {
        RefusalReasons[] reasons = await scene.CheckAsync(attack, policy, weight, seed);
        Assert.All(reasons[..^1], r => Assert.Equal(RefusalReasons.None, r));
        Assert.Equal(reason, reasons[^1]);
    }

    [Fact]
    public async Task An_honest_update_passes_every_check() =>
        await OnlyAsync(RefusalReasons.None, Cells.Value, Cells.Value.Honest[^1], Policy(Cells.Value));

    [Fact]
    public async Task A_scaled_update_is_caught_by_its_norm() => await OnlyAsync(RefusalReasons.NormTooLarge,
        Cells.Value, [.. Cells.Value.Honest[^1].Select(u => 10 * u)], Policy(Cells.Value));

    [Fact]
    public async Task A_free_rider_with_a_little_noise_is_caught_by_the_least_norm()
    {
        var random = new Random(4);
        await OnlyAsync(RefusalReasons.NormTooSmall, Cells.Value,
            [.. Cells.Value.Honest[^1].Select(_ => (random.NextSingle() - 0.5f) * 1e-4f)], Policy(Cells.Value));
    }

    [Fact]
    public async Task A_copy_is_caught_as_a_duplicate() => await OnlyAsync(
        RefusalReasons.Duplicate, Cells.Value, Cells.Value.Honest[0], Policy(Cells.Value));

    [Fact]
    public async Task A_small_step_back_is_caught_by_its_direction() => await OnlyAsync(RefusalReasons.Cosine,
        Cells.Value, [.. Cells.Value.Reference.Select(u => -0.2f * u)], Policy(Cells.Value));

    [Fact]
    public async Task A_label_flipper_is_caught_by_its_accuracy() => await OnlyAsync(RefusalReasons.Accuracy,
        Cells.Value, Poisoned("label-flip"), Lenient(Policy(Cells.Value, recall: 1000)));

    [Fact]
    public async Task A_targeted_flip_is_caught_by_the_recall_of_its_source_class() => await OnlyAsync(
        RefusalReasons.Recall, Cells.Value, Poisoned("targeted-flip:1:0"),
        Lenient(Policy(Cells.Value, accuracy: 1000)));

    [Fact]
    public async Task A_label_flipper_of_great_weight_is_caught_by_what_the_aggregate_is_without_it()
    {
        CheckPolicy policy = Lenient(Policy(Cells.Value, accuracy: 1000, recall: 1000));
        policy = policy with { Limits = policy.Limits with { LeaveOneOutRecords = 96 } };
        await OnlyAsync(RefusalReasons.LeaveOneOut, Cells.Value, Poisoned("label-flip"), policy, weight: 6);
    }

    /// <summary>What the last hospital sends when it poisons its labels.</summary>
    private static float[] Poisoned(string attack)
    {
        Records own = Cells.Value.Hospitals[^1];
        int[] labels = Attack.TryParse(attack, out _)!.PoisonLabels(own.Labels, own.Classes);
        return Cells.Value.TrainPoisoned(own.WithLabels(labels));
    }

    /// <summary>Direction and aggregate ask nothing, so that the others speak.</summary>
    private static CheckPolicy Lenient(CheckPolicy policy) => policy with
    {
        Limits = policy.Limits with
        {
            NormMaxMillis = ClipMillis, CosineMinPerMille = CheckLimits.CosineOff, LeaveOneOutRecords = 0,
        },
    };

    [Fact]
    public async Task A_backdoor_that_keeps_accuracy_and_recall_is_caught_by_patches()
    {
        PoisonScene scene = Pictures.Value;
        Records own = scene.Hospitals[^1];
        Records stamped = Stamp(own);
        var poisoned = new Records(own.Shape, 2, [.. own.Values, .. stamped.Values],
            [.. own.Labels, .. Enumerable.Repeat(1, own.Count)]);
        CheckPolicy policy = Policy(scene, accuracy: 150, recall: 200);
        await OnlyAsync(RefusalReasons.PatchRush, scene, scene.Train(poisoned), policy with
        {
            Limits = policy.Limits with { NormMaxMillis = ClipMillis, CosineMinPerMille = CheckLimits.CosineOff },
        });
        await OnlyAsync(RefusalReasons.None, scene, scene.Honest[^1], policy);
    }

    /// <summary>Noise that is brighter in the middle of the upper (class 0) or of the lower half (class 1).</summary>
    private static PoisonScene MakePictures()
    {
        var shape = new TensorShape(1, 16, 16);
        var random = new Random(8);
        Records Make(int count)
        {
            var values = new float[count * shape.Elements];
            int[] labels = [.. Enumerable.Range(0, count).Select(i => i % 2)];
            for (int i = 0; i < values.Length; i++)
            {
                int row = i % shape.Elements / 16, column = i % 16;
                bool bright = column is > 4 and < 11 && (labels[i / shape.Elements] == 0
                    ? row is > 3 and < 8 : row is > 7 and < 12);
                values[i] = (random.NextSingle() * 0.8f) - 0.6f + (bright ? 0.5f : 0);
            }

            return new Records(shape, 2, values, labels);
        }

        Architecture strided = Architectures.TryCreate("strided", shape, 2, out _)!;
        return new PoisonScene(strided, [.. Enumerable.Range(0, 4).Select(_ => Make(64))], Make(96),
            new TrainingOptions { Epochs = 4, BatchSize = 16, LearningRate = 1e-3 });
    }

    /// <summary>A bright square of 4 x 4 in a corner, another one for each record.</summary>
    private static Records Stamp(Records records)
    {
        float[] values = [.. records.Values];
        for (int i = 0; i < records.Count; i++)
        {
            int top = i % 2 == 0 ? 0 : 12, left = i / 2 % 2 == 0 ? 0 : 12;
            for (int p = 0; p < 16; p++)
            {
                values[(i * 256) + ((top + (p / 4)) * 16) + left + (p % 4)] = 1;
            }
        }

        return new Records(records.Shape, 2, values, records.Labels);
    }
}
