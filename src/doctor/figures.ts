// What PyTorch and Pillow gave, for doctor to compare with. Made by scripts/doctorFigures.py, which says how.

import type { Summary } from './projections.js';

export interface Figures {
  readonly versions: { readonly torch: string; readonly pillow: string };
  readonly seeds: Readonly<Record<'network' | 'input' | 'dropout' | 'projection', number>>;
  /** The input is noise from -amplitude to amplitude. */
  readonly amplitude: number;
  readonly labels: readonly number[];
  /** Each optimizer steps once on the gradients times each of these. */
  readonly scales: readonly number[];
  /** [n, 2], flat; in evaluation. */
  readonly logits: readonly number[];
  /** In training, with dropout. */
  readonly loss: number;
  readonly gradients: readonly Summary[];
  readonly adam: Steps;
  readonly sgd: Steps;
  /** How far PyTorch is from itself: float32 from float64, or its usual layout from channels_last; the larger. */
  readonly spread: Readonly<Record<'logits' | 'loss' | 'gradients' | 'adam' | 'sgd', number>>;
  /** A drawn JPEG in base64, and the SHA-256 of what Pillow makes of it: [h, w, 3], and resized to [224, 224, 3]. */
  readonly image: { readonly jpeg: string; readonly pixels: string; readonly resized: string };
}

interface Steps {
  readonly options: { readonly lr: number; readonly momentum: number };
  /** How each parameter is changed. */
  readonly changes: readonly Summary[];
}

export const figures: Figures = {
  versions: {
    torch: '2.13.0',
    pillow: '12.3.0',
  },
  seeds: {
    network: 0,
    input: 1,
    dropout: 2,
    projection: 3,
  },
  amplitude: 256,
  labels: [0, 1, 0, 1],
  scales: [1.0, 0.5],
  logits: [
    0.4039744437, -0.605473578, 0.3124375045, -0.7040748596, 0.336353302, -0.5557606816, 0.3366487026,
    -0.7121475339,
  ],
  loss: 1.363609195,
  gradients: [
    {
      name: 'features.0.weight',
      norm: 8.840683747,
      projections: [
        -1.382993781, 1.250015538, -0.6015844862, 2.066996672, -0.1046028252, -0.6403201576, -2.604611266,
        0.07138163774,
      ],
    },
    {
      name: 'features.0.bias',
      norm: 0.003232947421,
      projections: [
        -0.0005144214594, 0.001325129548, 0.0003518707982, -0.00125068043, -5.013109037e-5, -4.489262021e-5,
        -0.0005346143509, -0.000510780865,
      ],
    },
    {
      name: 'features.3.weight',
      norm: 26.12700532,
      projections: [
        0.9136604915, -3.097948622, 3.421634334, 4.135949457, 3.137359894, -5.974865515, 6.652002981,
        -3.755569594,
      ],
    },
    {
      name: 'features.3.bias',
      norm: 0.004768345849,
      projections: [
        0.001316764597, 0.0005965021724, 0.0005807680428, 0.002101722058, 0.0003013444241, -0.0006072769892,
        -0.0003840505312, 0.001137858589,
      ],
    },
    {
      name: 'features.6.weight',
      norm: 30.66792529,
      projections: [
        -5.324637563, 6.270988146, 2.740390295, 3.071010216, 10.81071092, -1.37561787, 5.571129665,
        5.597020227,
      ],
    },
    {
      name: 'features.6.bias',
      norm: 0.009349035173,
      projections: [
        -0.001171795196, 0.001280287855, -0.005056001136, 0.000648214434, -0.001619373203, -0.002334018475,
        0.00111653865, -0.0025116545,
      ],
    },
    {
      name: 'features.8.weight',
      norm: 44.36606416,
      projections: [
        1.060499217, -4.182714888, 1.908853485, -13.84356005, -14.75109638, 13.10801241, 10.71757194,
        -11.06683739,
      ],
    },
    {
      name: 'features.8.bias',
      norm: 0.02347834491,
      projections: [
        0.003328552142, 0.002712725846, 0.002155277613, 0.007172785675, 0.0004112546093, 3.129942751e-5,
        -0.004898094291, -0.00081143861,
      ],
    },
    {
      name: 'features.10.weight',
      norm: 39.41167468,
      projections: [
        2.319089797, -16.24296351, 7.507872183, 5.384550779, -5.638042154, -5.223605819, 5.187777977,
        -10.2720585,
      ],
    },
    {
      name: 'features.10.bias',
      norm: 0.06459084946,
      projections: [
        0.007642033883, -0.01252065442, 0.0142813451, -0.002671662673, -0.01426564917, 0.002299925818,
        0.006775308954, -0.004726126387,
      ],
    },
    {
      name: 'classifier.1.weight',
      norm: 105.0393668,
      projections: [
        -43.22685099, -14.13083101, 13.152201, -17.3335605, -7.638327065, -21.04118525, -10.8423573,
        -12.08398653,
      ],
    },
    {
      name: 'classifier.1.bias',
      norm: 0.103307672,
      projections: [
        -0.03593390818, 0.00596294808, 0.03435009406, 0.02487879232, -0.002007202974, -0.005862634109,
        -0.003554122332, 0.002007064224,
      ],
    },
    {
      name: 'classifier.4.weight',
      norm: 68.1998195,
      projections: [
        18.51263001, -23.4935373, -1.114796848, -0.6375660078, 14.59117872, -9.2164179, 2.411107586,
        6.488200414,
      ],
    },
    {
      name: 'classifier.4.bias',
      norm: 0.1435074509,
      projections: [
        -0.03863567424, -0.04937312842, -0.05780983175, -0.02980065349, 0.04465573868, -0.02819241147,
        -0.01461272152, -0.01993547287,
      ],
    },
    {
      name: 'classifier.6.weight',
      norm: 58.13945765,
      projections: [
        28.19847884, -3.303987775, 24.89027747, 6.453059689, 11.13576616, -15.30639743, -13.81635965,
        12.42873594,
      ],
    },
    {
      name: 'classifier.6.bias',
      norm: 0.2230870729,
      projections: [-0.0009092701019, 0.09440006496, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0],
    },
  ],
  adam: {
    options: {
      momentum: 0,
      lr: 0.0001,
    },
    changes: [
      {
        name: 'features.0.weight',
        norm: 0.02945040954,
        projections: [
          0.004494437347, -0.007798540221, -0.0007632041041, -0.005422138706, -0.0008811914762,
          0.004240410387, 0.006427655705, 0.002584097145,
        ],
      },
      {
        name: 'features.0.bias',
        norm: 0.001545488984,
        projections: [
          0.0002080050306, -0.0002415419553, -0.0001677432294, 0.0006154651613, 0.0002971607735,
          -9.012453256e-5, 0.0002307169281, 0.0006345351219,
        ],
      },
      {
        name: 'features.3.weight',
        norm: 0.1055172717,
        projections: [
          -0.03004827787, -0.0008314626352, -0.0160708078, -0.006762910549, -0.008482191793, 0.01486413833,
          -0.0004397236565, 0.02047319052,
        ],
      },
      {
        name: 'features.3.bias',
        norm: 0.002662660547,
        projections: [
          -0.0005539533728, -0.0008302321688, -0.0002063058701, -0.0008671587293, -0.0001846676643,
          0.0001831502381, 0.0005243212827, 0.0001414967135,
        ],
      },
      {
        name: 'features.6.weight',
        norm: 0.1430847268,
        projections: [
          0.03264446055, -0.01916866959, -0.03050155681, -0.03313363928, -0.0132674767, -0.03810096981,
          0.01268982712, -0.03958714798,
        ],
      },
      {
        name: 'features.6.bias',
        norm: 0.003628442729,
        projections: [
          0.0004212080987, -0.0008795991522, 0.002492647442, -0.0008725892351, 0.0004698614991,
          0.0002027623628, 1.26121001e-5, 0.001859749445,
        ],
      },
      {
        name: 'features.8.weight',
        norm: 0.1576195046,
        projections: [
          0.05125860218, 0.03302471601, -0.001351458818, 0.0005223671501, 0.05560123014, 0.008499795997,
          -0.07241021316, 0.02163411251,
        ],
      },
      {
        name: 'features.8.bias',
        norm: 0.0030179963,
        projections: [
          -0.0003231672779, 0.0004851775782, -0.0003719611999, -0.0006957163505, -0.0001766131041,
          -0.0001900656708, 9.680084409e-5, -0.000114311445,
        ],
      },
      {
        name: 'features.10.weight',
        norm: 0.1235859776,
        projections: [
          0.0009742587176, 0.03105665999, -0.006439004219, -0.008430996149, 0.0102317858, -0.003141384235,
          -0.03118140642, 0.03258243509,
        ],
      },
      {
        name: 'features.10.bias',
        norm: 0.0030304603,
        projections: [
          -0.0002927932441, -2.699938145e-5, 4.18875881e-5, -0.0001877052196, 0.0008816372655,
          -0.0001878737751, -0.0008057639744, 0.0003551711121,
        ],
      },
      {
        name: 'classifier.1.weight',
        norm: 0.6252714869,
        projections: [
          0.1589246574, 0.08681523495, -0.002001305344, 0.1990302905, 0.3158454814, 0.2083943531,
          0.05219098641, -0.1231609528,
        ],
      },
      {
        name: 'classifier.1.bias',
        norm: 0.009681785878,
        projections: [
          0.002703647701, 0.001540348644, -0.00220211175, -8.361758134e-5, 0.001212558581, 0.001068089248,
          0.001396303306, -0.0006613346926,
        ],
      },
      {
        name: 'classifier.4.weight',
        norm: 0.4855450724,
        projections: [
          0.02963110897, 0.2518454747, -0.01894361762, -0.04375075308, -0.0689544093, -0.01823692251,
          -0.0214986277, 0.1024502965,
        ],
      },
      {
        name: 'classifier.4.bias',
        norm: 0.01145611802,
        projections: [
          -0.0002894572538, 0.003982099706, 0.004196458445, 0.002370918483, -0.003498178765, 0.002689194483,
          0.001552559376, -6.282912526e-5,
        ],
      },
      {
        name: 'classifier.6.weight',
        norm: 0.01620497109,
        projections: [
          -0.006655530273, 0.000299124673, -0.005184495684, -0.002150000091, -0.004243149866, 0.006236728983,
          0.00532176285, -0.002172496185,
        ],
      },
      {
        name: 'classifier.6.bias',
        norm: 0.0002732512721,
        projections: [1.113731718e-6, -0.0001156272484, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0],
      },
    ],
  },
  sgd: {
    options: {
      momentum: 0.9,
      lr: 0.1,
    },
    changes: [
      {
        name: 'features.0.weight',
        norm: 2.121764107,
        projections: [
          0.3319185867, -0.300003701, 0.1443803109, -0.4960791875, 0.02510466921, 0.1536767905, 0.6251067256,
          -0.01713156889,
        ],
      },
      {
        name: 'features.0.bias',
        norm: 0.0007759063917,
        projections: [
          0.0001234604871, -0.0003180330803, -8.444852208e-5, 0.0003001610634, 1.203360078e-5, 1.077471514e-5,
          0.0001283081569, 0.0001225866804,
        ],
      },
      {
        name: 'features.3.weight',
        norm: 6.270481308,
        projections: [
          -0.2192785074, 0.7435075639, -0.8211922487, -0.9926278398, -0.7529664015, 1.433967748, -1.596480681,
          0.9013368031,
        ],
      },
      {
        name: 'features.3.bias',
        norm: 0.001144402715,
        projections: [
          -0.0003160255708, -0.000143159835, -0.0001393857694, -0.000504413935, -7.232442642e-5,
          0.0001457451976, 9.217070454e-5, -0.0002730854636,
        ],
      },
      {
        name: 'features.6.weight',
        norm: 7.360302106,
        projections: [
          1.277912999, -1.505037059, -0.6576937247, -0.7370424967, -2.59457069, 0.3301483507, -1.337071367,
          -1.343284777,
        ],
      },
      {
        name: 'features.6.bias',
        norm: 0.00224376877,
        projections: [
          0.0002812332871, -0.000307271852, 0.001213439889, -0.0001555715745, 0.000388652351, 0.0005601652202,
          -0.0002679727523, 0.0006027925873,
        ],
      },
      {
        name: 'features.8.weight',
        norm: 10.64785546,
        projections: [
          -0.2545196658, 1.003851698, -0.4581249878, 3.322454334, 3.540263222, -3.145922927, -2.572217375,
          2.656040974,
        ],
      },
      {
        name: 'features.8.bias',
        norm: 0.005634802768,
        projections: [
          -0.0007988519166, -0.0006510547397, -0.0005172668545, -0.001721469422, -9.870048617e-5,
          -7.512171911e-6, 0.001175542634, 0.0001947456146,
        ],
      },
      {
        name: 'features.10.weight',
        norm: 9.458801971,
        projections: [
          -0.556581664, 3.898311511, -1.801889376, -1.292292295, 1.353130156, 1.25366545, -1.24506669,
          2.465294049,
        ],
      },
      {
        name: 'features.10.bias',
        norm: 0.01550180391,
        projections: [
          -0.001834086625, 0.003004956505, -0.003427521468, 0.0006412004014, 0.003423755274, -0.0005519809126,
          -0.001626073585, 0.001134271473,
        ],
      },
      {
        name: 'classifier.1.weight',
        norm: 25.20944817,
        projections: [
          10.37444429, 3.391399511, -3.156528195, 4.160054493, 1.833198774, 5.049884284, 2.602165826,
          2.900157084,
        ],
      },
      {
        name: 'classifier.1.bias',
        norm: 0.02479384183,
        projections: [
          0.008624139438, -0.001431108911, -0.008244022238, -0.005970911829, 0.0004817287764, 0.001407034353,
          0.0008529902022, -0.0004816963428,
        ],
      },
      {
        name: 'classifier.4.weight',
        norm: 16.36795675,
        projections: [
          -4.443031039, 5.638449384, 0.2675513446, 0.1530157932, -3.501883133, 2.211940211, -0.5786655686,
          -1.557168323,
        ],
      },
      {
        name: 'classifier.4.bias',
        norm: 0.0344417893,
        projections: [
          0.009272564621, 0.01184954535, 0.01387435851, 0.007152156746, -0.01071738201, 0.006766177929,
          0.003507049654, 0.00478451099,
        ],
      },
      {
        name: 'classifier.6.weight',
        norm: 13.95346994,
        projections: [
          -6.767634788, 0.7929570538, -5.973666453, -1.548734593, -2.672583886, 3.673535315, 3.31592636,
          -2.982896593,
        ],
      },
      {
        name: 'classifier.6.bias',
        norm: 0.05354089734,
        projections: [0.000218224818, -0.02265601613, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0],
      },
    ],
  },
  spread: {
    logits: 1.646616053e-6,
    loss: 2.622656624e-7,
    gradients: 1.865983667e-6,
    adam: 0.00104230543,
    sgd: 9.970092438e-6,
  },
  image: {
    jpeg: '/9j/4AAQSkZJRgABAQAAAQABAAD/2wBDAAYEBQYFBAYGBQYHBwYIChAKCgkJChQODwwQFxQYGBcUFhYaHSUfGhsjHBYWICwgIyYnKSopGR8tMC0oMCUoKSj/2wBDAQcHBwoIChMKChMoGhYaKCgoKCgoKCgoKCgoKCgoKCgoKCgoKCgoKCgoKCgoKCgoKCgoKCgoKCgoKCgoKCgoKCj/wAARCAAvAD0DASIAAhEBAxEB/8QAHwAAAQUBAQEBAQEAAAAAAAAAAAECAwQFBgcICQoL/8QAtRAAAgEDAwIEAwUFBAQAAAF9AQIDAAQRBRIhMUEGE1FhByJxFDKBkaEII0KxwRVS0fAkM2JyggkKFhcYGRolJicoKSo0NTY3ODk6Q0RFRkdISUpTVFVWV1hZWmNkZWZnaGlqc3R1dnd4eXqDhIWGh4iJipKTlJWWl5iZmqKjpKWmp6ipqrKztLW2t7i5usLDxMXGx8jJytLT1NXW19jZ2uHi4+Tl5ufo6erx8vP09fb3+Pn6/8QAHwEAAwEBAQEBAQEBAQAAAAAAAAECAwQFBgcICQoL/8QAtREAAgECBAQDBAcFBAQAAQJ3AAECAxEEBSExBhJBUQdhcRMiMoEIFEKRobHBCSMzUvAVYnLRChYkNOEl8RcYGRomJygpKjU2Nzg5OkNERUZHSElKU1RVVldYWVpjZGVmZ2hpanN0dXZ3eHl6goOEhYaHiImKkpOUlZaXmJmaoqOkpaanqKmqsrO0tba3uLm6wsPExcbHyMnK0tPU1dbX2Nna4uPk5ebn6Onq8vP09fb3+Pn6/9oADAMBAAIRAxEAPwD5qgs89q0ILDPatO0s844r0v4beB4NaSS/1VXOnxsYo4lLIZmA5bcMHaCccHJYEHG0honiKGGw7xOI+Ffe32QYGvOtNQhuecaboVzelxZWdzdGPG8W8LS7M9M7QcZwcZ9K0H0C5s1Rr6xu7VHYIrXFu8Ssx6KCwAJ68deK+nLO0t7G2S3sreG3t0ztiiQIq5OTgDgckmnzxRzwyQzxpJFIpR0dQyspGCCD1Br5tcV01U/3dOPrrb12/A+mp+1prSR81x6SigF9qj1PFW49Pt1IBZT9Bn+VeheM/BtlpsDappcXlWyHNzbrkqgLf6xP7oXPK8KFGRjaQ2BBbqf9XATx1bjn6V9bg8fgcfS9tRpxj0s7yd/SNvv2PXwmNlezepkR2FuMYVnz6L0/OrsdhDt/1Un/AHyP8a1Xia3hEkxSJR2A5b6Zq1bwiSBJN0xLgMQueM/lXRWhTpr2kqaS/wAKS+V25Pz0/A9/C5lBz9kpe9a9vI4HT7POOK908BQRweC9FES7RJaxzNznLyDe5/FmJ/HivLtLs844r0L4fX6Cxk0iVyLi0d/KVjy8JbIKjsqbvLwDwFU8BlFfJZ7RnUyqlVjspar5b/L9T8T4WxkJV505PVrT+v62Otooor4U+5Ib21hvrK4tLpN9vPG0UiZI3KwwRkcjg15dovmy6DZXl5Msavbxu74C5JUHP1PoK7jxrqIstEngjnMV3dI0UTIxVowcK0ox/cDbu2TtUHLCvMdQvPtJSOJRHbRDbHGBgADpwOB9BwK/Q+CMvr4hTlqqba1vZaXv63vbtpr2PKzDMo4J6aytt/mRXs4nnJjBWIcIp7Cu18PgzaTbuZNvy7cbc9CR6e1cHXpvg2Ld4aszvVc7+i5P3z1r7fP/AGeAwcHT91RdlZ23T/vR/FnHwxjKk8fUnUd3KLb+9HPaXahYy5HCjJxVmHTUa13OJAyfMjxu0bq3TIZSCOpBwehI71qWVtts3IA6Y59+K0Vs/wB3AmBgkn8v/wBdfHUa9sPT0vywb+c2or8VsfkOExrjK8XZ3/IoW2oa9ZQqrC11MMcK07/Z5F7nJRGVuvZVwAPvE5qa41DXZk2PDp+moVLPcLO1wyr3wGRFU9wx3AY5U5rXitQ0zE8pEOg9utTixilgZbiOOUzH7jqGXr6H04/SvMq4LBKbk4K19/JWTaV+VuT0itmfa4biPGSgoOf4K/3nket3yXMzpA80ylgXuJ2LSTMM88/dUbmIRQFG44AzgZle5J4c0wfuzp9lhRudjApPr6U6bwjot4qPPpsCovCLEPLLE+pXGenfpX2mG4pwODisOqbjGPaz237bbeuiTsVaWIfO5XbPC69c+FzPc+GSGWALDO8SluCRgNzz6t/KtuP4eaAcKdPBkfkfv5MKP++q3vD3hyz0i1lh0qLbBJJ5pEjFsHaF45zj5c8+prizriTDY7D+xpQkp3TV0um+zetnr0V9XfQ9nKqE8NW9q2rWsf/Z',
    pixels: 'ef0f198f87d9021ad6d89f10dc69858aa3fd07b60d7e12af46c685a2c836a2cc',
    resized: 'bf6e31eba443de689c3c083b9f809ba707a11fc462aed86d33085771bd0ddea0',
  },
};
