"""The words of sample-records: French texts as the portal has them, all of them invented."""

# Advice by hazard: (hazard, what was found, what to watch for).
HAZARDS_FOOD = [
    ("Listeria monocytogenes (agent responsable de la listériose)",
     ["Présence de Listeria monocytogenes", "Détection de listeria lors d’un autocontrôle",
      "Suspicion de listeria sur un lot tranché à la coupe"],
     "Toute personne ayant mangé l’un des produits cités et chez qui apparaîtraient une fièvre, "
     "des maux de tête ou des courbatures est invitée à prendre l’avis de son médecin en lui "
     "parlant de ce repas. Chez la femme enceinte, une infection même légère peut atteindre le "
     "fœtus ; les personnes âgées ou dont les défenses sont affaiblies resteront elles aussi "
     "attentives. Le temps qui sépare le repas des premiers signes peut être long : jusqu’à huit "
     "semaines. Passé ce délai, et en l’absence de tout signe, il n’est pas nécessaire de "
     "consulter."),
    ("Salmonella spp (agent responsable de la salmonellose)",
     ["Présence de salmonelles dans un ingrédient", "Mise en évidence de Salmonella Typhimurium",
      "Résultat d’analyse défavorable (salmonelles, 25 g)"],
     "Les troubles digestifs dus aux salmonelles — diarrhée, vomissements, crampes — "
     "s’accompagnent souvent de fièvre et surviennent d’ordinaire entre six heures et trois jours "
     "après le repas. Ils sont plus marqués chez le jeune enfant, la femme enceinte et la "
     "personne âgée. En présence de ces signes, consultez un médecin et signalez-lui le produit. "
     "Sans signe au bout de sept jours, il est inutile de s’inquiéter. Une cuisson à cœur (au "
     "moins 65 °C) détruit ces bactéries."),
    ("Escherichia coli shiga toxinogène (STEC)",
     ["Présence d’Escherichia coli O157:H7", "Suspicion de contamination par E. coli STEC"],
     "Ces bactéries peuvent provoquer, dans la semaine qui suit le repas, une diarrhée parfois "
     "sanglante, des douleurs au ventre et des vomissements. Chez l’enfant de moins de cinq ans, "
     "une atteinte sévère des reins est possible : au moindre doute, consultez sans attendre. Les "
     "viandes hachées destinées aux plus fragiles se mangent bien cuites ; les fromages au lait "
     "cru leur sont déconseillés. Au-delà de quinze jours sans aucun signe, il n’y a plus lieu de "
     "s’inquiéter."),
    ("Dépassement des limites autorisées de pesticides",
     ["Teneur en 2-chloroéthanol supérieure au seuil réglementaire",
      "Résidus d’un pesticide non autorisé (> 0,05 mg/kg)"],
     "Manger ce produit une fois n’expose à aucun effet immédiat ; c’est l’accumulation, sur une "
     "longue durée, que l’on veut éviter. Par précaution, il est demandé de ne plus en consommer "
     "et de ne pas en donner aux animaux. Aucun suivi médical particulier n’est nécessaire. Pour "
     "toute question, adressez-vous au service des consommateurs de la marque."),
    ("Substances allergisantes non déclarées",
     ["Présence non mentionnée de moutarde", "Œuf et lait absents de l’étiquette",
      "Allergène « arachide » non déclaré", "Inversion d’étiquettes : présence de gluten"],
     "Seules les personnes allergiques ou intolérantes à la substance citée sont concernées. "
     "Elles ne doivent manger ce produit sous aucun prétexte. En cas de gonflement, de gêne pour "
     "respirer ou de malaise après un repas, appelez le 15 ou le 112. Les autres consommateurs "
     "peuvent manger ce produit sans crainte ; ils gardent droit au remboursement."),
    ("Corps étrangers (verre, métal, plastique…)",
     ["Présence possible de morceaux de plastique bleu", "Éclats de verre dans certains bocaux",
      "Fragment métallique trouvé par un client (≈ 4 mm)"],
     "Un fragment dur peut couper la bouche ou la gorge, ou étouffer un jeune enfant. Si vous "
     "pensez en avoir avalé un et que vous ressentez une douleur, consultez un médecin. Dans tous "
     "les cas, ne triez pas le contenu : rapportez ou jetez l’ensemble, en prenant garde de ne "
     "pas vous blesser. Gardez si possible l’étiquette, qui porte le numéro de lot."),
    ("Histamine",
     ["Teneur en histamine trop élevée (thon)",
      "Rupture de la chaîne du froid : histamine > 200 mg/kg"],
     "Dans les heures qui suivent le repas peuvent apparaître rougeurs, démangeaisons, maux de "
     "tête et palpitations. Ces signes passent le plus souvent d’eux-mêmes en moins d’une journée "
     "; s’ils durent, ou en cas de gêne pour respirer, consultez un médecin. La cuisson ne "
     "détruit pas l’histamine : il ne faut donc pas cuire le produit pour le manger."),
    ("Toxine botulique",
     ["Stérilisation insuffisante d’un lot de conserves",
      "Défaut de sertissage : étanchéité non assurée"],
     "Le botulisme est rare mais grave. Bouche sèche, vision double, difficulté à avaler ou à "
     "parler, dans les jours qui suivent le repas, imposent d’appeler le 15 sans attendre. "
     "N’ouvrez pas les bocaux concernés, ne les goûtez pas, ne les videz pas dans l’évier. Une "
     "odeur normale ne garantit rien : la toxine ne se voit pas et ne se sent pas."),
]
HAZARDS_OTHER = [
    ("Choc électrique",
     ["Isolation insuffisante du cordon d’alimentation", "Fusible absent dans la fiche (230 V)"],
     None),
    ("Incendie",
     ["Surchauffe de la batterie pendant la charge", "Le chargeur peut fondre au-delà de 40 °C"],
     None),
    ("Étouffement, strangulation",
     ["De petites pièces se détachent trop facilement", "Cordon trop long (> 22 cm)"],
     None),
    ("Risque chimique",
     ["Présence de phtalates (DEHP : 12 %) dans le plastique", "Teneur en bore trop élevée"],
     None),
    ("Blessures",
     ["Rupture possible de la potence du vélo", "L’assise peut céder sous moins de 80 kg"],
     None),
    ("Brûlures",
     ["La poignée se desserre à chaud", "Le couvercle peut s’ouvrir sous pression"],
     None),
]
# (category, weight, sub-categories, hazards)
CATEGORIES = [
    ("Alimentation", 0.89,
     ["Viandes", "Lait et produits laitiers", "Produits de la pêche et d'aquaculture",
      "Fruits et légumes", "Autres", "Plats préparés et snacks",
      "Céréales et produits de boulangerie", "Noix et graines", "Œufs et produits à base d'œufs"],
     HAZARDS_FOOD),
    ("Bébés-Enfants (hors alimentaire)", 0.04,
     ["Jouets", "Articles de puériculture", "Matériel scolaire"],
     HAZARDS_OTHER),
    ("Maison-Habitat", 0.025,
     ["Mobilier", "Appareils de chauffage", "Ustensiles de cuisine"],
     HAZARDS_OTHER),
    ("Appareils électriques, Outils", 0.02,
     ["Petit électroménager", "Outillage", "Éclairage"],
     HAZARDS_OTHER),
    ("Hygiène-Beauté", 0.015,
     ["Cosmétiques", "Produits d'hygiène"],
     HAZARDS_OTHER),
    ("Sports-loisirs", 0.01,
     ["Articles de sport", "Vélos et trottinettes"],
     HAZARDS_OTHER),
]
BRANDS = ["Le Pré Doré", "Maison Corbières", "Œufs de l’Aubrac", "sans marque",
          "Ferme des Trois Chênes", "Saveurs d’Ici", "La Marée Bleue", "Bio’Terroir", "Chez Nous®",
          "Délices & Cie", "Fromagerie du Haut-Vallon", "L’Épi d’Août", "Grand Marché", "PRIM’ÉCO",
          "Atelier Noël", "Château-Lagarde", "Les Pâtes d’Émile", "Kérvadec", "NØRDIK",
          "Zoë & Léo"]
FOODS = ["Rillettes de canard", "Saucisson sec pur porc", "Crème brûlée à la vanille",
         "Tomme de brebis au lait cru", "Graines de sésame", "Pavé de bœuf",
         "Saumon fumé d’Écosse", "Quiche aux poireaux", "Œufs plein air (x 12)",
         "Pâté de campagne", "Salade « Méditerranée »", "Filets de maquereaux", "Gâteau basque",
         "Steak haché 15 % MG", "Fromage de chèvre cendré", "Houmous citron-coriandre",
         "Jambon supérieur à l’os", "Tarte aux pralines"]
GOODS = ["Hochet « Petit Éléphant »", "Chargeur rapide 65 W", "Lampe de chevet Élise",
         "Trottinette Zéphyr 3™", "Cocotte 6 L", "Chaise haute pliante", "Crème hydratante 50 ml",
         "Radiateur à bain d’huile", "Perceuse 18 V", "Pyjama 4 ans"]
VARIANTS = ["nature", "tranché", "à l’ancienne", "sans sel ajouté", "lot découverte",
            "label rouge", "250 g", "par 2", "vrac", "format familial", "réf. n° 7", "≤ 3 % de MG"]
PACKAGES = ["Sous vide", "Barquette de 180 g environ", "Bocal en verre de 350 g",
            "Sachet refermable 1 kg", "À la coupe", "Boîte de 6 œufs", "Film plastique, 2 × 125 g",
            "Carton de 12 (prix conseillé : 3,90 €)", "Conserve ½"]
TEMPERATURES = ["Produit à conserver au réfrigérateur",
                "Produit à conserver à température ambiante", "Produit à conserver au congélateur"]
REGIONS = ["Bretagne", "Occitanie", "Hauts-de-France", "Île-de-France", "Nouvelle-Aquitaine",
           "Grand Est", "Corse", "Pays de la Loire", "Provence-Alpes-Côte d’Azur"]
COUNTIES = ["Ain (01)", "Aude (11)", "Côte-d’Or (21)", "Côtes-d’Armor (22)", "Drôme (26)",
            "Finistère (29)", "Hérault (34)", "Isère (38)", "Lozère (48)", "Puy-de-Dôme (63)",
            "Rhône (69)", "Haute-Saône (70)", "Vendée (85)", "La Réunion (974)"]
SHOPS = ["Marché couvert de Saint-Aubin (le samedi matin)", "Épicerie « Chez Lulu »",
         "L’Îlot vert, rue de l’Église", "Supermarchés Grand Marché", "Boucherie Lefèvre & fils",
         "Halle de l’Œuvre", "Coopérative du Causse", "Vente à la ferme",
         "Magasins Prim’Éco de l’Ouest", "Cantines scolaires d’Aÿ", "Site internet de la marque",
         "Traiteur Noël à Besançon"]
MARKS = ["FR 12.345.678 CE", "FR 48 001 002 CE", "81.900.111", "FR 29-777-003 CE", "BE F0123 CE"]
ADVICE = ["Ne plus consommer", "Ne plus utiliser le produit",
          "Rapporter le produit au point de vente", "Contacter le point de vente",
          "Détruire le produit", "Contacter le service consommateur"]
COMPENSATIONS = ["Remboursement", "Échange", "Remboursement|Échange",
                 "Autre (voir informations complémentaires)", "Réparation"]
NATURES = ["Volontaire (sans arrêté préfectoral)", "Imposé par un arrêté préfectoral"]
DETAILS = ["Lot vendu au rayon traditionnel, emballé à la demande…",
           "Étiquette blanche, lettres noires ; prix : 4,50 €",
           "Seuls les produits portant l’estampille ci-dessus sont concernés",
           "Information donnée à 3 de nos 27 magasins",
           "Produit issu d’élevages français – abattu en Vendée",
           "Numéro inscrit sous le pot, à côté du code-barres"]
RISKS_MORE = ["Le défaut n’est pas visible à l’œil nu.",
              "Des troubles digestifs légers ont été signalés par deux clients.",
              "Aucun accident n’est connu à ce jour.",
              "L’enfant peut porter la pièce à la bouche…"]
PUBLIC_NOTES = ["Le remboursement se fait en caisse, même sans le ticket.",
                "Service consommateurs ouvert de 9 h à 18 h (appel gratuit).",
                "Les produits déjà entamés sont aussi remboursés, sur présentation de l’emballage "
                "ou d’une photo.",
                "Nous vous prions de bien vouloir nous excuser pour la gêne occasionnée."]
CHANGED = ["Extension du rappel à un second lot : ", "Rectificatif — ", "Mise à jour du motif : "]
DATE_KINDS = ["date limite de consommation", "date de durabilité minimale"]
