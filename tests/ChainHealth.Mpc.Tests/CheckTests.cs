using ChainHealth.Primitives;

namespace ChainHealth.Mpc.Tests;

public class CheckTests
{

    public static TheoryData<string, int, int, int, int, int> Shapes => new()
    {
        { "mlp", 1, 1, 30, 2, 100 },
        { "conv1d", 1, 1, 13, 2, 40 },
        { "lenet", 1, 28, 28, 2, 12 },
        { "strided", 3, 28, 28, 5, 6 },
    };

    [Theory]
    [MemberData(nameof(Shapes))]
    public async Task Verdicts_equal_the_plain_twin(string name, int channels, int height, int width, int classes, int n)
    {
        Architecture architecture =
            Architectures.TryCreate(name, new TensorShape(channels, height, width), classes, out _)!;
        var scene = new CheckScene(architecture, hospitals: 3, records: n, seed: 5);
        var policy = new CheckPolicy(n, 50, 300, 200, 0);
        var results = await Parties.RunAsync((s, c) =>
            PoisoningCheck.RunAsync(s, scene.Job(s.Party, policy), c).AsTask());
        bool[] expected = new PlainTwin(architecture, FixedPoint.Default)
            .Judge(scene.Global, scene.Updates, scene.Images, scene.Labels, policy);
        Assert.All(results, r => Assert.Equal(expected, r.Accepted));
        Assert.Single(results.Select(r => r.Transcript).Distinct());
    }
}
